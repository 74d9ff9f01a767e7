#pragma once
// RewardModel: what reward an action earns in a context, additive in the two.
//
//   q(x, a) = link( beta . x + b_a )                                                          (1)
//   theta   = (beta, b) = argmin  sum_n v_n loss(r_n, q(x_n, a_n)) + l2 |theta|^2 / c
//
//   linear     link is the identity, loss the square, c = 1
//   logistic   link is the sigmoid, loss the log loss, c = 2; for rewards of 0 and 1
//   x          features, of which the first is 1 and not penalised
//   v_n        weight of row n: 1, or for MRDR
//
//   v_n = pi(a_n | x_n) (1 - mu(a_n | x_n)) / mu(a_n | x_n)^2                                 (2)
//
// With (2) the fit makes the variance of the doubly robust estimate least, as far as it is the
// diagonal of Omega that matters (section 4.2 of the paper below, for policies that are not
// deterministic).
//
// The b_a are eliminated before the equations are solved, so that 10,000 actions cost what one
// does. Of an action that no row has, b_a is 0.
//
// Doubly robust estimates need a model that has not seen the row that it corrects: CrossFit fits
// one for each of K parts of the units, by the rows of all other parts (Chernozhukov et al. 2018,
// arXiv 1608.00060). The direct method uses one fit of all rows, and says by how much each row
// moved it:
//
//   influence_n = N g . M^-1 f_n v_n (r_n - q_n)  less its mean,   M the Hessian, f_n features and
//   g           = mean_n of the gradient of Q_n                    action of row n            (3)
//
// Reference: Farajtabar, Chow and Ghavamzadeh 2018 (arXiv 1802.03493) for (2).

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/off_policy/logged_table.h"
#include "lerl/eval/off_policy/small_matrix.h"

namespace lerl {

struct RewardModelConfig {
  bool logistic = false;
  double l2 = 1;  // above 0
  int folds = 3;  // K, at least 2
};

class RewardModel {
 public:
  // Fits the rows whose weight v [N] is above 0. Throws Error(kUnusable) where it can't be fitted.
  RewardModel(const LoggedTable& log, std::span<const double> v, const RewardModelConfig& config);

  double Predict(size_t n, int64_t action) const;  // q(x_n, action)
  // sum_a pi(a | x_n) q(x_n, a) at all rows, [N].
  std::vector<double> Expect(const JudgedPolicy& policy) const;
  // (3), [N].
  std::vector<double> Influence(const JudgedPolicy& policy) const;

 private:
  struct Parameters {
    std::vector<double> context, action;  // beta [D], b [A]
  };
  void FitStep(Parameters& theta);
  void AddRow(size_t n, double v);
  Parameters SolveFor(Parameters right) const;
  Parameters GradientOfTarget(const JudgedPolicy& policy) const;
  std::vector<double> ActionParts(const JudgedPolicy& policy) const;
  double Logit(size_t n, int64_t action) const;
  double Link(double logit) const;
  double Slope(double q) const;  // of the link, where it is q

  const LoggedTable& log_;
  const RewardModelConfig config_;
  const std::vector<double> v_;
  Parameters theta_;
  // The Hessian: [D, D] of the context, [A, D] of both, [A] of the actions; and the first without
  // what the actions explain.
  std::vector<double> hessian_, mixed_, diagonal_;
  std::vector<FactoredMatrix> factored_;  // of one
};

// What a model expects at each row, [N].
struct ModelledRewards {
  std::vector<double> modelled{}, target{};  // q(x_n, a_n), sum_a pi(a | x_n) q(x_n, a)
  std::vector<double> influence{};           // (3), of a fit of all rows
};

// v [N] as above; the same models for several policies.
std::vector<RewardModel> CrossFit(const LoggedTable& log, std::span<const double> v,
                                  const RewardModelConfig& config);
ModelledRewards CrossFitted(const LoggedTable& log, const std::vector<RewardModel>& models,
                            const JudgedPolicy& policy);
ModelledRewards FittedOnAll(const LoggedTable& log, const RewardModel& model,
                            const JudgedPolicy& policy);

// (2), [N].
std::vector<double> MrdrWeights(const LoggedTable& log, const JudgedPolicy& policy);

}  // namespace lerl
