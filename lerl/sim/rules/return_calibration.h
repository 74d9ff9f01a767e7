#pragma once
// MoodReturn: the law of sim/rules/return_law.h for tasks whose users come back by their mood
// (sim/cross_session_env.h, sim/evolving/evolving_env.h).
//
//   q   = sigmoid(a + a_u + b m_end)
//   a_u = user_spread N(0, 1)            drawn once per user, alike in all runs
//   a   : E[d] = mean_days               over users, under uniformly random slates
//
//   m_end                      mood at the end of the visit
//   b, user_spread, mean_days  mood_weight, user_spread and mean_days of [env.cross_session]
//
// To find a, up to 256 training and validation users are played under random slates, and the mean
// is over users of these two kinds: no test user and no sealed one decides what a world rewards. It
// depends on the data, on the split and on the task's settings, and on nothing else.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/data/split.h"
#include "lerl/sim/env.h"

namespace lerl {

struct CrossSessionConfig;  // sim/env_config.h

class MoodReturn {
 public:
  MoodReturn() = default;  // a = 0
  // Plays these users under random slates and returns their moods at the ends of all visits.
  using Play = std::function<std::vector<double>(std::span<const int32_t> users)>;
  MoodReturn(const CrossSessionConfig& law, const Split& split, const Play& play);

  double intercept() const { return intercept_; }  // a
  double Rate(int32_t user, double mood) const;    // q

 private:
  double user_spread_ = 0, mood_weight_ = 0, intercept_ = 0;
};

// Plays users[b] in slot b under uniformly random slates until all sessions have ended. Returns
// mood(slot) as it is after each step that ended a visit.
std::vector<double> PlayVisitsRandomly(Env& env, std::span<const int32_t> users,
                                       const std::function<double(int slot)>& mood);

// Writes into the log what agents must know of such a task to learn from it.
void DescribeReturns(const CrossSessionConfig& settings, SessionLog& log);

}  // namespace lerl
