#include "lerl/python/callback_agent.h"

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {

CallbackAgent::CallbackAgent(std::string name, const World& world, int64_t slate_size,
                             ScoreItems score)
    : name_(std::move(name)),
      world_(world),
      k_(At(slate_size)),
      score_(std::move(score)),
      features_(world) {}

void CallbackAgent::Prepare(int slots) {
  features_.Prepare(slots);
  slate_.assign(At(slots) * k_, static_cast<int32_t>(world_.dataset.num_items()));
  responses_.assign(At(slots) * k_ * At(world_.dataset.num_behaviours()), 0);
}

void CallbackAgent::Start(int slot, int32_t user) {
  features_.Start(slot, user);
  const size_t answers = k_ * At(world_.dataset.num_behaviours());
  std::fill_n(slate_.data() + At(slot) * k_, k_, static_cast<int32_t>(world_.dataset.num_items()));
  std::fill_n(responses_.data() + At(slot) * answers, answers, uint8_t{0});
}

void CallbackAgent::Act(std::span<const Observation> observations, bool, std::span<float> scores,
                        std::span<float>) {
  const size_t n = observations.size(), answers = k_ * At(world_.dataset.num_behaviours());
  seen_.Resize(world_.dataset, std::ssize(observations), features_.count(),
               static_cast<int64_t>(k_));
  const size_t items = At(world_.dataset.num_items()), d = At(features_.count());
  for (size_t row = 0; row < n; ++row) {
    const Observation& now = observations[row];
    WriteMask(world_.dataset, now.plan, now.excluded,
              std::span(seen_.mask).subspan(row * items, items));
    std::ranges::copy(now.plan, seen_.plan.data() + row * now.plan.size());
    std::ranges::copy(now.dominant, seen_.dominant.data() + row * now.dominant.size());
    seen_.user[row] = now.user;
    seen_.budget_left[row] = now.budget_left;
    std::copy_n(slate_.data() + At(now.slot) * k_, k_, seen_.slate.data() + row * k_);
    std::copy_n(responses_.data() + At(now.slot) * answers, answers,
                seen_.responses.data() + row * answers);
    features_.Write(now.slot, now.dominant, now.plan, now.budget_left,
                    std::span(seen_.features).subspan(row * d, d));
  }
  score_(seen_, static_cast<int64_t>(n), scores);
  // Who computes with masks may well write minus infinity where nothing may be shown.
  for (size_t at = 0; at < scores.size(); ++at)
    if (seen_.mask[at] == 0) scores[at] = 0;
}

void CallbackAgent::Observe(std::span<const Shown> shown) {
  const size_t behaviours = At(world_.dataset.num_behaviours());
  for (const Shown& now : shown) {
    features_.Observe(now.slot, now.items, now.responses);
    std::ranges::copy(now.items, slate_.data() + At(now.slot) * k_);
    WriteResponses(now.responses,
                   {responses_.data() + At(now.slot) * k_ * behaviours, k_ * behaviours});
  }
}

}  // namespace lerl
