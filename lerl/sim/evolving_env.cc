#include "lerl/sim/evolving_env.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/parallel.h"

namespace lerl {
namespace {

constexpr int kSlotsPerBlock = 32;

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

EvolvingEnv::EvolvingEnv(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
                         const EnvConfig& config, int slots, int threads)
    : Env(dataset, split, config, config.evolving.max_steps, slots),
      users_(users),
      threads_(threads),
      session_(static_cast<size_t>(slots)) {}

void EvolvingEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  Open(slot, user, session_seed);
  const auto index = static_cast<uint64_t>(user);
  session_[static_cast<size_t>(slot)] = {
      .state = EvolvingState(users_.Profile(user, config().evolving)),
      .noise = Rng(session_seed, "noise of interests", index),
      .leaving = Rng(session_seed, "leaving", index)};
}

void EvolvingEnv::StepSlot(int slot, std::span<const int32_t> slate, StepResult& result) {
  CheckSlate(slot, slate);
  Session& session = session_[static_cast<size_t>(slot)];
  const auto categories = static_cast<size_t>(dataset().num_categories());
  const auto behaviours = static_cast<size_t>(dataset().num_behaviours());
  const size_t first = static_cast<size_t>(slot) * slate.size();
  const double share = 1 / static_cast<double>(slate.size());
  EvolvingSlate seen{.exposure = std::vector<double>(categories),
                     .drive = std::vector<double>(categories)};
  double likes = 0;
  for (size_t k = 0; k < slate.size(); ++k) {
    const std::span<const int32_t> of_item = dataset().CategoriesOf(slate[k]);
    const double z = users_.Z(user(slot), slate[k]);
    const double p = Sigmoid(session.state.Logit(z, of_item));
    const bool liked = SlotAt(slot).rng.Bernoulli(p);
    likes += liked;
    seen.pleasure += p * share;
    for (const int32_t c : of_item) {
      const double weight = share / static_cast<double>(of_item.size());
      seen.exposure[static_cast<size_t>(c)] += weight;
      seen.drive[static_cast<size_t>(c)] += weight * (liked ? 0.5 : -0.5);
    }
    result.probabilities[(first + k) * behaviours] = static_cast<float>(p);
    result.responses[first + k] = liked;
  }
  result.rewards[static_cast<size_t>(slot)] = static_cast<float>(likes * share);
  result.expected[static_cast<size_t>(slot)] = static_cast<float>(seen.pleasure);
  TakeIn(config().evolving, seen, session.noise, session.state);
  const double chance = LeaveChance(config().evolving, session.state.mood);
  Close(slot, slate, session.leaving.Bernoulli(chance), step(slot) + 1 == longest_session(),
        result);
}

void EvolvingEnv::Step(std::span<const int32_t> slates, StepResult& result) {
  const auto k = static_cast<size_t>(slate_size());
  LERL_CHECK_EQ(slates.size(), static_cast<size_t>(slots()) * k);
  Clear(result);
  ParallelFor((slots() + kSlotsPerBlock - 1) / kSlotsPerBlock, threads_, [&](int64_t block) {
    const int begin = static_cast<int>(block) * kSlotsPerBlock;
    for (int slot = begin; slot < std::min(slots(), begin + kSlotsPerBlock); ++slot)
      if (active(slot)) StepSlot(slot, slates.subspan(static_cast<size_t>(slot) * k, k), result);
  });
}

float EvolvingEnv::budget_left(int slot) const {
  return 1 - static_cast<float>(step(slot)) / static_cast<float>(longest_session());
}

void EvolvingEnv::OracleRewards(int slot, std::span<float> rewards) const {
  LERL_CHECK_EQ(static_cast<int64_t>(rewards.size()), dataset().num_items());
  const EvolvingState& state = session_[static_cast<size_t>(slot)].state;
  for (size_t i = 0; i < rewards.size(); ++i) {
    const auto item = static_cast<int32_t>(i);
    const double z = users_.Z(user(slot), item);
    rewards[i] = static_cast<float>(Sigmoid(state.Logit(z, dataset().CategoriesOf(item))));
  }
}

const EvolvingState* EvolvingEnv::OracleState(int slot) const {
  return &session_[static_cast<size_t>(slot)].state;
}

}  // namespace lerl
