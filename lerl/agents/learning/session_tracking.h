#pragma once
// What a tracker of states (StateTracker of libtorch, StateReader without it) is given of a
// session: the tokens of the user's past at its start, and those of each slate that was shown.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/learning/session_tokens.h"
#include "lerl/base/index.h"

namespace lerl {

template <class Tracker>
void TrackStart(const SessionTokens& tokens, int slot, int32_t user, Tracker& tracker) {
  const int count = tokens.PastTokens(user);
  std::vector<float> past(At(count * tokens.width()));
  tokens.Past(user, past);
  const int slots[] = {slot};
  tracker.Clear(slot);
  tracker.Append(slots, count, past);
}

template <class Tracker>
void TrackShown(const SessionTokens& tokens, std::span<const Shown> shown, Tracker& tracker) {
  const auto per_slot = At(tokens.per_step() * tokens.width());
  std::vector<int> slots;
  std::vector<float> steps(shown.size() * per_slot);
  for (size_t i = 0; i < shown.size(); ++i) {
    slots.push_back(shown[i].slot);
    tokens.Step(shown[i].items, shown[i].responses, {steps.data() + i * per_slot, per_slot});
  }
  tracker.Append(slots, tokens.per_step(), steps);
}

}  // namespace lerl
