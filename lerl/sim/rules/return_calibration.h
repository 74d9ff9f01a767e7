#pragma once
// What tasks share whose users come back by their mood (sim/cross_session_env.h,
// sim/evolving/evolving_env.h): sim/rules/return_law.h with
//   q    = sigmoid(a + a_u + b m)     m: mood at the visit's end
//   a_u  user_spread N(0, 1), a function of the user alone
//   a    such that under uniformly random slates the mean of d is mean_days. Found by playing
//        256 users of the data set, so it depends on the data and the task's settings alone.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/data/split.h"
#include "lerl/sim/env.h"

namespace lerl {

class MoodReturn {
 public:
  MoodReturn() = default;  // a = 0
  // `play` gives the moods at the ends of the visits of some users under random slates.
  using Play = std::function<std::vector<double>(std::span<const int32_t> users)>;
  MoodReturn(const CrossSessionConfig& law, const Split& split, const Play& play);

  double intercept() const { return intercept_; }  // a
  double Rate(int32_t user, double mood) const;    // q

 private:
  CrossSessionConfig law_;
  double intercept_ = 0;
};

// Random slates to all slots, one user each, until every visit has ended: mood(slot) at their ends,
// read where a step has ended one.
std::vector<double> PlayVisitsRandomly(Env& env, std::span<const int32_t> users,
                                       const std::function<double(int slot)>& mood);

// What agents must know of such a task to learn from a log of it.
void DescribeReturns(const CrossSessionConfig& settings, SessionLog& log);

}  // namespace lerl
