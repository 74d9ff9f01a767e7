#include "lerl/sim/rules/return_calibration.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/return_law.h"

namespace lerl {
namespace {

constexpr size_t kProbedUsers = 256;  // users at most that are played to find a

// a_u for a user_spread of 1.
double OwnPart(int32_t user) {
  return Rng(0, "a user's own readiness to return", static_cast<uint64_t>(user)).Normal();
}

// Training and validation users, in a random order that is the same in all runs.
std::vector<int32_t> UsersOfTheCalibration(const Split& split) {
  std::vector<int32_t> users = split.train_users;
  users.insert(users.end(), split.valid_users.begin(), split.valid_users.end());
  std::sort(users.begin(), users.end());
  Rng(0, "users of the calibration").Shuffle(std::span(users));
  return users;
}

}  // namespace

MoodReturn::MoodReturn(const CrossSessionConfig& law, const Split& split, const Play& play)
    : user_spread_(law.user_spread), mood_weight_(law.mood_weight) {
  // 1. The moods that visits leave behind under random slates.
  const std::vector<int32_t> users = UsersOfTheCalibration(split);
  LERL_CHECK(!users.empty());
  const std::vector<double> moods =
      play(std::span(users).first(std::min(users.size(), kProbedUsers)));
  LERL_CHECK(!moods.empty());
  // 2. The terms a_u + b m_end: each user's a_u meets one mood. The moods are gone through in whole
  // rounds, so that each counts alike, until every user has had a turn.
  const size_t rounds = (users.size() + moods.size() - 1) / moods.size();
  std::vector<double> terms(rounds * moods.size());
  for (size_t i = 0; i < terms.size(); ++i)
    terms[i] = law.user_spread * OwnPart(users[i % users.size()]) +
               law.mood_weight * moods[i % moods.size()];
  // 3. The a that gives the mean number of days.
  intercept_ = CalibrateReturn(terms, law.mean_days);
}

double MoodReturn::Rate(int32_t user, double mood) const {
  return ReturnRate(intercept_ + user_spread_ * OwnPart(user) + mood_weight_ * mood);
}

std::vector<double> PlayVisitsRandomly(Env& env, std::span<const int32_t> users,
                                       const std::function<double(int slot)>& mood) {
  std::vector<double> moods;
  std::vector<Rng> choices;
  for (size_t b = 0; b < users.size(); ++b) {
    env.Start(static_cast<int>(b), users[b], 0);
    choices.emplace_back(0, "random slates", static_cast<uint64_t>(users[b]));
  }
  const auto k = At(env.slate_size());
  std::vector<int32_t> slates(users.size() * k), items(env.Observe(0).excluded.size());
  std::iota(items.begin(), items.end(), 0);
  StepResult result;
  for (bool playing = true; playing;) {
    // 1. A random slate for every active slot: draws without replacement that skip excluded items.
    for (size_t b = 0; b < users.size(); ++b) {
      const int slot = static_cast<int>(b);
      const SlotView seen = env.Observe(slot);
      for (size_t shown = 0; seen.active && shown < k;) {
        const size_t other = shown + choices[b].Below(items.size() - shown);
        std::swap(items[shown], items[other]);
        if (seen.excluded[At(items[shown])] != 0) continue;
        slates[b * k + shown] = items[shown];
        ++shown;
      }
    }
    // 2. One step of all slots, and the moods where it ended a visit.
    env.Step(slates, result);
    playing = false;
    for (size_t b = 0; b < users.size(); ++b) {
      if (result.return_days[b] != 0) moods.push_back(mood(static_cast<int>(b)));
      playing |= env.Observe(static_cast<int>(b)).active;
    }
  }
  return moods;
}

void DescribeReturns(const CrossSessionConfig& settings, SessionLog& log) {
  log.gap_discount = settings.gap_discount;
  log.learn_responses = settings.learn_from != "return_time";
  log.return_weight = settings.learn_from == "responses" ? 0 : settings.return_weight;
}

}  // namespace lerl
