#include "lerl/planner/session_state.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

SessionState::SessionState(size_t categories)
    : exposure(categories, 0),
      shown(categories, 0),
      liked(categories, 0),
      last_liked_step(categories, -1),
      last_shown(categories, -1) {}

void SessionState::Observe(const Dataset& dataset, std::span<const int32_t> items,
                           std::span<const uint32_t> responses, double decay) {
  LERL_CHECK_EQ(items.size(), responses.size());
  for (float& e : exposure) e *= static_cast<float>(decay);
  const float share = 1.0F / static_cast<float>(items.size());
  for (size_t k = 0; k < items.size(); ++k, ++items_shown) {
    const bool like = (responses[k] & 1U) != 0;
    items_liked += like ? 1 : 0;
    for (const int32_t category : dataset.CategoriesOf(items[k])) {
      const auto c = At(category);
      exposure[c] += share;
      ++shown[c];
      liked[c] += like ? 1 : 0;
      if (like) last_liked_step[c] = steps;
      last_shown[c] = items_shown;
    }
  }
  last_items.assign(items.begin(), items.end());
  last_responses.assign(responses.begin(), responses.end());
  ++steps;
}

PlanRequest SessionState::Request() const {
  PlanRequest request;
  request.exposure = exposure;
  request.shown = shown;
  request.liked = liked;
  request.last_liked_step = last_liked_step;
  request.last_shown = last_shown;
  request.items_shown = items_shown;
  request.last_items = last_items;
  request.last_responses = last_responses;
  return request;
}

void ReplaySession(const Dataset& dataset, const EndedSession& session, double decay,
                   const std::function<void(const PlanRequest&)>& visit) {
  const auto categories = At(dataset.num_categories());
  const size_t steps = session.rewards.size();
  LERL_CHECK_GT(steps, 0U);
  const size_t slate = session.items.size() / steps;
  SessionState state(categories);
  std::vector<uint8_t> candidates(categories);
  for (size_t step = 0; step < steps; ++step) {
    const auto ranking = session.rankings.subspan(step * categories, categories);
    std::fill(candidates.begin(), candidates.end(), ranking[0] < 0 ? uint8_t{1} : uint8_t{0});
    for (size_t place = 0; place < categories && ranking[place] >= 0; ++place)
      candidates[At(ranking[place])] = 1;
    PlanRequest request = state.Request();
    request.slot = session.slot;
    request.step = static_cast<int>(step);
    request.user = session.user;
    request.seed = session.seed;
    request.candidates = candidates;
    request.dominant = session.dominant.subspan(step * categories, categories);
    visit(request);
    state.Observe(dataset, session.items.subspan(step * slate, slate),
                  session.responses.subspan(step * slate, slate), decay);
  }
}

}  // namespace lerl
