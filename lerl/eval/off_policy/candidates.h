#pragma once
// Policies to judge that need no model of yours, for logs of decisions: by the actions alone, and
// at each position.
//
//   logged       what was logged: its estimates are the mean reward, and its weights 1
//   uniform      every action alike
//   popularity   in proportion to v_a
//   best         always an action of the largest v_a
//   NAME=FILE    the policy of another log, as often as it shows an action at a position     (2)
//
//   v_a = (sum of rewards of a + m times the mean reward) / (rows of a + m),   m = 10        (1)
//
// popularity and best learn (1) from the first rows, by time, which are then not judged by. (2)
// adds one row to each action, and is worth the mean reward of that other log, which is its truth.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/off_policy/read_log.h"

namespace lerl {

inline constexpr double kCandidatePriorRows = 10;  // m

struct TrainAndJudge {
  ReadLogResult train, judge;
};
// The first `share`, in (0, 1), of the rows by time, and the rest; whole sessions and slates.
// Throws Error(kUnusable) where one of them is empty.
TrainAndJudge SplitByTime(const ReadLogResult& read, double share);

JudgedPolicy LoggedPolicy(const ReadLogResult& read);
JudgedPolicy UniformPolicy(const ReadLogResult& read);
JudgedPolicy PopularityPolicy(const ReadLogResult& read, const LoggedTable& train);
JudgedPolicy BestPolicy(const ReadLogResult& read, const LoggedTable& train);
// (2), of a log that was read with the actions of `read` first (ReadLoggedRows).
JudgedPolicy PolicyOfLog(const ReadLogResult& read, const ReadLogResult& other);

}  // namespace lerl
