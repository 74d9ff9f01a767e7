#include "lerl/sim/cross_session_env.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/sim/return_law.h"

namespace lerl {
namespace {

constexpr double kFirstMood = 0.6, kMoodKept = 0.6;
constexpr size_t kProbedUsers = 256;

// a_u for a spread of 1.
double OwnPart(int32_t user) {
  return Rng(0, "a user's own readiness to return", static_cast<uint64_t>(user)).Normal();
}

// Users that can be played, in an order that is drawn once and for all.
std::vector<int32_t> PlayableUsers(const Split& split) {
  std::vector<int32_t> users = split.train_users;
  users.insert(users.end(), split.valid_users.begin(), split.valid_users.end());
  users.insert(users.end(), split.test_users.begin(), split.test_users.end());
  std::sort(users.begin(), users.end());
  Rng(0, "users of the calibration").Shuffle(std::span(users));
  return users;
}

// Rows with each behaviour over rows without it, over the training rows; below 0 for `hate`.
std::vector<double> OddsInLog(const Dataset& dataset, const Split& split) {
  std::vector<double> odds;
  for (size_t f = 0; f < dataset.behaviours.size(); ++f) {
    int64_t rows = 0, with = 0;
    for (int64_t user = 0; user < dataset.num_users(); ++user) {
      const int64_t end = split.train_end[static_cast<size_t>(user)];
      for (int64_t row = dataset.RowsBegin(user); row < end; ++row)
        with += dataset.responses[f][static_cast<size_t>(row)];
      rows += end - dataset.RowsBegin(user);
    }
    const double ratio =
        static_cast<double>(with) / static_cast<double>(std::max<int64_t>(rows - with, 1));
    odds.push_back(dataset.behaviours[f] == "hate" ? -ratio : ratio);
  }
  return odds;
}

// The law's settings are left out: a probe draws days that nobody looks at.
EnvConfig ProbeConfig(EnvConfig config) {
  config.cross_session.law = "kuaisim";
  return config;
}

}  // namespace

CrossSessionEnv::CrossSessionEnv(const Dataset& dataset, const Split& split,
                                 const ResponseModel& model, std::span<const float> item_vectors,
                                 EnvConfig config, int slots, int threads)
    : SessionEnv(dataset, split, model, item_vectors, config, slots, threads,
                 config.cross_session.visits),
      visitor_(static_cast<size_t>(slots)) {
  const CrossSessionConfig& law = config.cross_session;
  if (law.law == "kuaisim") {
    odds_ = OddsInLog(dataset, split);
    return;
  }
  const std::vector<int32_t> users = PlayableUsers(split);
  LERL_CHECK(!users.empty());
  const auto probed = std::span(users).first(std::min(users.size(), kProbedUsers));
  CrossSessionEnv probe(dataset, split, model, item_vectors, ProbeConfig(config),
                        static_cast<int>(probed.size()), threads);
  const std::vector<double> moods = probe.PlayRandomly(probed);
  std::vector<double> terms(std::max(moods.size(), users.size()));
  for (size_t i = 0; i < terms.size(); ++i)
    terms[i] = law.user_spread * OwnPart(users[i % users.size()]) +
               law.mood_weight * moods[i % moods.size()];
  intercept_ = CalibrateReturn(terms, law.mean_days);
}

std::vector<double> CrossSessionEnv::PlayRandomly(std::span<const int32_t> users) {
  std::vector<double> moods;
  std::vector<Rng> choices;
  for (size_t b = 0; b < users.size(); ++b) {
    Start(static_cast<int>(b), users[b], 0);
    choices.emplace_back(0, "random slates", static_cast<uint64_t>(users[b]));
  }
  const auto k = static_cast<size_t>(slate_size());
  std::vector<int32_t> slates(users.size() * k), items(static_cast<size_t>(dataset().num_items()));
  std::iota(items.begin(), items.end(), 0);
  StepResult result;
  for (bool playing = true; playing;) {
    for (size_t b = 0; b < users.size(); ++b) {
      const int slot = static_cast<int>(b);
      for (size_t shown = 0; active(slot) && shown < k;) {
        const size_t other = shown + choices[b].Below(items.size() - shown);
        std::swap(items[shown], items[other]);
        if (excluded(slot)[static_cast<size_t>(items[shown])] != 0) continue;
        slates[b * k + shown] = items[shown];
        ++shown;
      }
    }
    Step(slates, result);
    playing = false;
    for (size_t b = 0; b < users.size(); ++b) {
      if (result.return_days[b] != 0) moods.push_back(visitor_[b].last_mood);
      playing |= active(static_cast<int>(b));
    }
  }
  return moods;
}

void CrossSessionEnv::Start(int slot, int32_t user, uint64_t session_seed) {
  SessionEnv::Start(slot, user, session_seed);
  visitor_[static_cast<size_t>(slot)] = {
      .mood = kFirstMood, .rng = Rng(session_seed, "return days", static_cast<uint64_t>(user))};
}

void CrossSessionEnv::Describe(SessionLog& log) const {
  SessionEnv::Describe(log);
  const CrossSessionConfig& settings = config().cross_session;
  log.gap_discount = settings.gap_discount;
  log.learn_responses = settings.learn_from != "return_time";
  log.return_weight = settings.learn_from == "responses" ? 0 : settings.return_weight;
}

double CrossSessionEnv::RateOf(int slot, std::span<const int32_t> slate,
                               const StepResult& result) const {
  const CrossSessionConfig& law = config().cross_session;
  if (law.law == "mood") {
    const double logit = intercept_ + law.user_spread * OwnPart(user(slot)) +
                         law.mood_weight * visitor_[static_cast<size_t>(slot)].mood;
    return ReturnRate(logit);
  }
  double sum = 0;
  for (size_t k = 0; k < slate.size(); ++k)
    for (size_t f = 0; f < odds_.size(); ++f)
      if ((result.responses[static_cast<size_t>(slot) * slate.size() + k] >> f & 1u) != 0)
        sum += odds_[f];
  return std::clamp(law.kuaisim_base + law.kuaisim_weight * sum / static_cast<double>(slate.size()),
                    0.001, 0.999);
}

bool CrossSessionEnv::Finish(int slot, std::span<const int32_t> slate, StepResult& result) {
  const auto row = static_cast<size_t>(slot);
  Visitor& visitor = visitor_[row];
  visitor.mood =
      kMoodKept * visitor.mood + (1 - kMoodKept) * static_cast<double>(result.expected[row]);
  if (SessionEnv::Finish(slot, slate, result)) return true;
  result.return_days[row] =
      static_cast<uint8_t>(DrawReturnDays(RateOf(slot, slate, result), visitor.rng));
  visitor.last_mood = visitor.mood;
  visitor.mood = kFirstMood;
  result.terminated[row] = 0;
  result.truncated[row] = 1;
  if (++visitor.visits == config().cross_session.visits) return false;
  NextVisit(slot, result);
  StartRules(slot);
  return true;
}

}  // namespace lerl
