#pragma once
// Fitted Q evaluation: what a state and an action are worth under a policy, from the sessions of
// another one, by regression from the last step backwards.
//
//   Q_t(s, a) = E[ r + gamma V_t+1(s') | s, a ],    V_t(s) = sum_a pi(a | s) Q_t(s, a)          (1)
//
// Where the log has states, Q_t is a table of means; a state whose action was never taken has the
// mean of the action at that step, and that of the step where there is none. Otherwise Q_t is
// linear in the features of the context, one ridge regression for each action, towards the mean of
// the step. With `stationary` there is one Q for all steps, and (1) is repeated as often as the
// longest session has steps; it needs a state that tells when sessions end.
//
// Reference: Le, Voloshin and Yue 2019 (arXiv 1903.08738); Ernst, Geurts and Wehenkel 2005 (JMLR 6)
// for the regression. Its errors don't average out: where it extrapolates it is biased, and it
// tells only by Unseen how far it does.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/off_policy/logged_table.h"

namespace lerl {

struct FittedQConfig {
  double gamma = 1;
  double l2 = 1;  // of the linear form, above 0
  bool stationary = false;
};

struct QValues {
  std::vector<double> q, v;  // [N] Q_t(s_n, a_n) and V_t(s_n)
};

class FittedQ {
 public:
  // All must outlive it. `policy` knows all probabilities.
  FittedQ(const LoggedTable& log, const JudgedPolicy& policy, const FittedQConfig& config);

  // The values at all rows, learned from units u of which counts[u], at least 0, is above 0, each
  // counting so often; all once without counts.
  QValues Fit(std::span<const double> counts = {}) const;
  // The same, where what is said of a unit was learned from others, in `folds` parts.
  QValues CrossFit(int folds) const;
  // Share of pi's choices, at the states of the log, that are actions which the log never takes
  // there (with states) or at all (without).
  double Unseen() const;

 private:
  void FitRows(std::span<const size_t> rows, std::span<const double> counts, QValues& values) const;

  const LoggedTable& log_;
  const JudgedPolicy& policy_;
  const FittedQConfig config_;
  std::vector<std::vector<size_t>> steps_;  // the rows of each step
  std::vector<char> last_;                  // [N] whether the row is the last of its session
};

}  // namespace lerl
