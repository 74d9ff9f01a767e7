#include "lerl/sim/evolving/evolving_env.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/parallel.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/return_law.h"

namespace lerl {
namespace {

constexpr int kSlotsPerBlock = 32;
constexpr int kCalibrationRounds = 3;

}  // namespace

EvolvingEnv::EvolvingEnv(const Dataset& dataset, const Split& split, const EvolvingUsers& users,
                         const EnvConfig& config, int slots, int threads, bool calibrate)
    : SlotEnv(dataset, split, config, config.evolving.max_steps * config.evolving.visits, slots),
      users_(users),
      threads_(threads),
      cravings_(dataset, split, config),
      session_(At(slots)) {
  if (!calibrate || config.evolving.visits == 1) return;
  if (config.cross_session.law != "mood")
    throw Error(ErrorKind::kConfig, "env.cross_session.law = \"" + config.cross_session.law +
                                        "\": visits of the evolving task return by \"mood\" alone");
  // The days away decide how rested users come back, hence their moods, hence the days away. Each
  // round plays with the law of the round before, and calibrates it to the moods it finds.
  for (int round = 0; round < kCalibrationRounds; ++round) {
    return_ = MoodReturn(config.cross_session, split, [&](std::span<const int32_t> played) {
      EvolvingEnv probe(dataset, split, users, config, static_cast<int>(played.size()), threads,
                        /*calibrate=*/false);
      probe.return_ = return_;
      return PlayVisitsRandomly(probe, played,
                                [&](int slot) { return probe.session_[At(slot)].last_mood; });
    });
  }
}

void EvolvingEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  Open(slot, user, session_seed);
  const auto index = static_cast<uint64_t>(user);
  Session& session = session_[At(slot)];
  session = {.state = EvolvingState(users_.Profile(user, config().evolving)),
             .seed = session_seed,
             .noise = Rng(session_seed, "noise of interests", index),
             .leaving = Rng(session_seed, "leaving", index),
             .days = Rng(session_seed, "return days", index)};
  StartVisit(slot);
}

void EvolvingEnv::StartVisit(int slot) {
  Session& session = session_[At(slot)];
  session.craving = cravings_.Draw(session.seed, session.visits);
  session.state.craving = session.craving.added;
  session.wish = cravings_.Say(session.craving, user(slot), session.seed, session.visits).text;
}

void EvolvingEnv::StepSlot(int slot, std::span<const int32_t> slate, StepResult& result) {
  CheckSlate(slot, slate);
  Session& session = session_[At(slot)];
  const auto categories = At(dataset().num_categories());
  const auto behaviours = At(dataset().num_behaviours());
  const size_t first = At(slot) * slate.size();
  const double share = 1 / static_cast<double>(slate.size());
  // 1. The user answers each item from the state before the slate.
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
      seen.exposure[At(c)] += weight;
      seen.drive[At(c)] += weight * (liked ? 0.5 : -0.5);
    }
    result.probabilities[(first + k) * behaviours] = static_cast<float>(p);
    result.responses[first + k] = liked;
  }
  result.rewards[At(slot)] = static_cast<float>(likes * share);
  result.expected[At(slot)] = static_cast<float>(seen.pleasure);
  // 2. The slate changes the state.
  TakeIn(config().evolving, seen, session.noise, session.state);
  // 3. The user leaves by the new mood, or the limit cuts the visit.
  const double chance = LeaveChance(config().evolving, session.state.mood);
  const bool cut = ++session.steps == config().evolving.max_steps;
  if (!Close(slot, slate, session.leaving.Bernoulli(chance), cut, result)) {
    if (config().evolving.visits > 1) EndVisit(slot, result);
    return;
  }
  // 4. Who stays but nearly left may say anew what they feel like.
  SaidWish said = cravings_.SayAgain(session.craving, user(slot), session.seed, session.visits,
                                     session.steps, chance);
  if (!said.text.empty()) session.wish = std::move(said.text);
}

void EvolvingEnv::EndVisit(int slot, StepResult& result) {
  const auto row = At(slot);
  Session& session = session_[row];
  // 1. The mood decides the day of return.
  session.last_mood = session.state.mood;
  const int days = DrawReturnDays(return_.Rate(user(slot), session.last_mood), session.days);
  result.return_days[row] = static_cast<uint8_t>(days);
  // 2. The last visit cuts the session.
  result.terminated[row] = 0;
  result.truncated[row] = 1;
  if (++session.visits == config().evolving.visits) return;
  // 3. After any other visit the user comes back rested, in a fresh mood.
  Rest(config().evolving, days, session.state);
  session.state.mood = EvolvingState().mood;
  session.steps = 0;
  NextVisit(slot, result);
  StartVisit(slot);
}

void EvolvingEnv::Describe(SessionLog& log) const {
  SlotEnv::Describe(log);
  if (config().evolving.visits > 1) DescribeReturns(config().cross_session, log);
}

void EvolvingEnv::Step(std::span<const int32_t> slates, StepResult& result) {
  const auto k = At(slate_size());
  LERL_CHECK_EQ(slates.size(), At(slots()) * k);
  Clear(result);
  ParallelFor((slots() + kSlotsPerBlock - 1) / kSlotsPerBlock, threads_, [&](int64_t block) {
    const int begin = static_cast<int>(block) * kSlotsPerBlock;
    for (int slot = begin; slot < std::min(slots(), begin + kSlotsPerBlock); ++slot)
      if (active(slot)) StepSlot(slot, slates.subspan(At(slot) * k, k), result);
  });
}

float EvolvingEnv::budget_left(int slot) const {
  const auto steps = static_cast<float>(session_[At(slot)].steps);
  return 1 - steps / static_cast<float>(config().evolving.max_steps);
}

void EvolvingEnv::OracleRewards(int slot, std::span<float> rewards) const {
  LERL_CHECK_EQ(std::ssize(rewards), dataset().num_items());
  const EvolvingState& state = session_[At(slot)].state;
  for (size_t i = 0; i < rewards.size(); ++i) {
    const auto item = static_cast<int32_t>(i);
    const double z = users_.Z(user(slot), item);
    rewards[i] = static_cast<float>(Sigmoid(state.Logit(z, dataset().CategoriesOf(item))));
  }
}

SlotView EvolvingEnv::Observe(int slot) const {
  SlotView view = SlotEnv::Observe(slot);
  view.wish = session_[At(slot)].wish;
  return view;
}

void EvolvingEnv::OracleCraving(int slot, std::span<float> added) const {
  Env::OracleCraving(slot, added);
  const std::vector<double>& craving = session_[At(slot)].craving.added;
  for (size_t c = 0; c < craving.size(); ++c) added[c] = static_cast<float>(craving[c]);
}

const EvolvingState* EvolvingEnv::OracleState(int slot) const { return &session_[At(slot)].state; }

}  // namespace lerl
