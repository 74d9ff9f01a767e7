#include "lerl/sim/cross_session_env.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/return_law.h"

namespace lerl {
namespace {

constexpr double kFirstMood = 0.6, kMoodKept = 0.6;

// For each behaviour: training rows with it over training rows without it, negative for `hate`.
std::vector<double> OddsInLog(const Dataset& dataset, const Split& split) {
  std::vector<double> odds;
  for (size_t f = 0; f < dataset.behaviours.size(); ++f) {
    int64_t rows = 0, with = 0;
    for (int64_t user = 0; user < dataset.num_users(); ++user) {
      const auto past = PastRows(dataset, split, user);
      for (const int64_t row : past) with += dataset.responses[f][At(row)];
      rows += std::ssize(past);
    }
    const double ratio =
        static_cast<double>(with) / static_cast<double>(std::max<int64_t>(rows - with, 1));
    odds.push_back(dataset.behaviours[f] == "hate" ? -ratio : ratio);
  }
  return odds;
}

// A probe also draws days, but only its moods are read. Law "kuaisim" keeps it from calibrating a
// law of its own.
EnvConfig ProbeConfig(EnvConfig config) {
  config.cross_session.law = "kuaisim";
  return config;
}

}  // namespace

CrossSessionEnv::CrossSessionEnv(const Dataset& dataset, const Split& split,
                                 const ResponseModel& model, std::span<const float> item_vectors,
                                 const EnvConfig& config, int slots, int threads)
    : SessionEnv(dataset, split, model, item_vectors, config, slots, threads,
                 config.cross_session.visits),
      visitor_(At(slots)) {
  const CrossSessionConfig& law = config.cross_session;
  if (law.law == "kuaisim") {
    odds_ = OddsInLog(dataset, split);
    return;
  }
  return_ = MoodReturn(law, split, [&](std::span<const int32_t> users) {
    CrossSessionEnv probe(dataset, split, model, item_vectors, ProbeConfig(config),
                          static_cast<int>(users.size()), threads);
    return PlayVisitsRandomly(probe, users,
                              [&](int slot) { return probe.visitor_[At(slot)].last_mood; });
  });
}

void CrossSessionEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  SessionEnv::Start(slot, user, session_seed);
  visitor_[At(slot)] = {.mood = kFirstMood,
                        .rng = Rng(session_seed, "return days", static_cast<uint64_t>(user))};
}

void CrossSessionEnv::Describe(SessionLog& log) const {
  SessionEnv::Describe(log);
  DescribeReturns(config().cross_session, log);
}

double CrossSessionEnv::RateOf(int slot, std::span<const int32_t> slate,
                               const StepResult& result) const {
  const CrossSessionConfig& law = config().cross_session;
  if (law.law == "mood") return return_.Rate(user(slot), visitor_[At(slot)].mood);
  double sum = 0;
  for (size_t k = 0; k < slate.size(); ++k)
    for (size_t f = 0; f < odds_.size(); ++f)
      if ((result.responses[At(slot) * slate.size() + k] >> f & 1u) != 0) sum += odds_[f];
  return std::clamp(law.kuaisim_base + law.kuaisim_weight * sum / static_cast<double>(slate.size()),
                    0.001, 0.999);
}

bool CrossSessionEnv::Finish(int slot, std::span<const int32_t> slate, StepResult& result) {
  const auto row = At(slot);
  Visitor& visitor = visitor_[row];
  // 1. The slate moves the mood; the leave rules say whether the visit ends with it.
  visitor.mood =
      kMoodKept * visitor.mood + (1 - kMoodKept) * static_cast<double>(pleasure(slot).expected);
  if (SessionEnv::Finish(slot, slate, result)) return true;
  // 2. The visit has ended: the day of return is drawn from the mood it leaves behind.
  result.return_days[row] =
      static_cast<uint8_t>(DrawReturnDays(RateOf(slot, slate, result), visitor.rng));
  visitor.last_mood = visitor.mood;
  visitor.mood = kFirstMood;
  // 3. The last visit cuts the session; after any other the user starts the next one.
  result.terminated[row] = 0;
  result.truncated[row] = 1;
  if (++visitor.visits == config().cross_session.visits) return false;
  NextVisit(slot, result);
  StartRules(slot);
  return true;
}

}  // namespace lerl
