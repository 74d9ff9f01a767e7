#include "lerl/eval/off_policy/reward_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int kMostNewtonSteps = 50;
constexpr double kConvergedStep = 1e-10;

// The part of each unit, by a hash of its number, so that parts are about equally large.
int64_t PartOf(int32_t unit, int folds) {
  return static_cast<int64_t>(DeriveSeed(0, "cross-fitting", static_cast<uint64_t>(unit)) %
                              static_cast<uint64_t>(folds));
}

double Dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

RewardModel::RewardModel(const LoggedTable& log, std::span<const double> v,
                         const RewardModelConfig& config)
    : log_(log), config_(config), v_(v.begin(), v.end()) {
  LERL_CHECK_EQ(std::ssize(v_), log.rows());
  if (std::ranges::none_of(v_, [](double weight) { return weight > 0; }))
    throw Error(ErrorKind::kUnusable,
                "off-policy evaluation: there is no row to fit a model of the reward by");
  theta_ = {std::vector<double>(At(log.width), 0), std::vector<double>(log.actions.size(), 0)};
  for (int step = 0; step < (config.logistic ? kMostNewtonSteps : 1); ++step) {
    const Parameters before = theta_;
    FitStep(theta_);
    double moved = 0;
    for (size_t d = 0; d < theta_.context.size(); ++d)
      moved = std::max(moved, std::abs(theta_.context[d] - before.context[d]));
    for (size_t a = 0; a < theta_.action.size(); ++a)
      moved = std::max(moved, std::abs(theta_.action[a] - before.action[a]));
    if (moved < kConvergedStep) break;
  }
}

double RewardModel::Logit(size_t n, int64_t action) const {
  return Dot(theta_.context, log_.Features(n)) + theta_.action[At(action)];
}
double RewardModel::Link(double logit) const { return config_.logistic ? Sigmoid(logit) : logit; }
double RewardModel::Slope(double q) const { return config_.logistic ? q * (1 - q) : 1; }

double RewardModel::Predict(size_t n, int64_t action) const { return Link(Logit(n, action)); }

// Adds v f_n f_n^T to the Hessian.
void RewardModel::AddRow(size_t n, double v) {
  const std::span<const double> x = log_.Features(n);
  const size_t width = At(log_.width), a = At(log_.action[n]);
  for (size_t i = 0; i < width; ++i) {
    if (x[i] == 0) continue;
    mixed_[a * width + i] += v * x[i];
    for (size_t j = 0; j <= i; ++j) hessian_[i * width + j] += v * x[i] * x[j];
  }
  diagonal_[a] += v;
}

// A step of Newton's method, which for the linear model is the solution.
void RewardModel::FitStep(Parameters& theta) {
  const size_t width = At(log_.width), actions = log_.actions.size();
  // 1. Hessian and gradient.
  hessian_.assign(width * width, 0);
  mixed_.assign(actions * width, 0);
  diagonal_.assign(actions, config_.l2);
  for (size_t i = 1; i < width; ++i) hessian_[i * width + i] = config_.l2;
  Parameters gradient = {std::vector<double>(width, 0), std::vector<double>(actions, 0)};
  for (size_t i = 1; i < width; ++i) gradient.context[i] = -config_.l2 * theta.context[i];
  for (size_t a = 0; a < actions; ++a) gradient.action[a] = -config_.l2 * theta.action[a];
  for (size_t n = 0; n < v_.size(); ++n) {
    if (v_[n] <= 0) continue;
    const double q = Predict(n, log_.action[n]), error = v_[n] * (log_.reward[n] - q);
    AddRow(n, v_[n] * Slope(q));
    const std::span<const double> x = log_.Features(n);
    for (size_t i = 0; i < width; ++i) gradient.context[i] += error * x[i];
    gradient.action[At(log_.action[n])] += error;
  }
  // 2. The actions are eliminated: S = H - sum_a m_a m_a^T / d_a.
  std::vector<double> schur = hessian_;
  for (size_t a = 0; a < actions; ++a)
    for (size_t i = 0; i < width; ++i) {
      const double scaled = mixed_[a * width + i] / diagonal_[a];
      if (scaled == 0) continue;
      for (size_t j = 0; j <= i; ++j) schur[i * width + j] -= scaled * mixed_[a * width + j];
    }
  factored_.clear();
  factored_.emplace_back(std::move(schur), log_.width);
  // 3. The step.
  const Parameters step = SolveFor(std::move(gradient));
  for (size_t i = 0; i < width; ++i) theta.context[i] += step.context[i];
  for (size_t a = 0; a < actions; ++a) theta.action[a] += step.action[a];
}

// M^-1 right.
RewardModel::Parameters RewardModel::SolveFor(Parameters right) const {
  const size_t width = At(log_.width);
  for (size_t a = 0; a < right.action.size(); ++a)
    for (size_t i = 0; i < width; ++i)
      right.context[i] -= mixed_[a * width + i] * right.action[a] / diagonal_[a];
  Parameters solved = {factored_.front().Solve(right.context), std::move(right.action)};
  for (size_t a = 0; a < solved.action.size(); ++a) {
    const std::span<const double> mixed = std::span(mixed_).subspan(a * width, width);
    solved.action[a] = (solved.action[a] - Dot(mixed, solved.context)) / diagonal_[a];
  }
  return solved;
}

// Of the linear model, sum_a pi(a) b_a of each distribution.
std::vector<double> RewardModel::ActionParts(const JudgedPolicy& policy) const {
  std::vector<double> parts;
  for (const std::vector<double>& pi : policy.distributions)
    parts.push_back(Dot(pi, theta_.action));
  return parts;
}

std::vector<double> RewardModel::Expect(const JudgedPolicy& policy) const {
  const std::vector<double> parts = config_.logistic ? std::vector<double>{} : ActionParts(policy);
  std::vector<double> expected(v_.size(), 0);
  for (size_t n = 0; n < expected.size(); ++n) {
    const double context = Dot(theta_.context, log_.Features(n));
    if (!config_.logistic) {
      expected[n] = context + parts[At(policy.distribution[n])];
      continue;
    }
    const std::span<const double> pi = policy.Of(n);
    for (size_t a = 0; a < pi.size(); ++a)
      if (pi[a] > 0) expected[n] += pi[a] * Link(context + theta_.action[a]);
  }
  return expected;
}

RewardModel::Parameters RewardModel::GradientOfTarget(const JudgedPolicy& policy) const {
  Parameters mean = {std::vector<double>(At(log_.width), 0),
                     std::vector<double>(log_.actions.size(), 0)};
  const double share = 1 / static_cast<double>(v_.size());
  std::vector<double> rows(policy.distributions.size(), 0);  // of each distribution
  for (size_t n = 0; n < v_.size(); ++n) {
    const std::span<const double> x = log_.Features(n);
    double slopes = 1;
    if (config_.logistic) {
      slopes = 0;
      const std::span<const double> pi = policy.Of(n);
      const double context = Dot(theta_.context, x);
      for (size_t a = 0; a < pi.size(); ++a) {
        const double slope = pi[a] == 0 ? 0 : pi[a] * Slope(Link(context + theta_.action[a]));
        mean.action[a] += share * slope;
        slopes += slope;
      }
    }
    rows[At(policy.distribution[n])] += 1;
    for (size_t i = 0; i < x.size(); ++i) mean.context[i] += share * slopes * x[i];
  }
  if (config_.logistic) return mean;
  for (size_t g = 0; g < rows.size(); ++g)
    for (size_t a = 0; a < mean.action.size(); ++a)
      mean.action[a] += share * rows[g] * policy.distributions[g][a];
  return mean;
}

std::vector<double> RewardModel::Influence(const JudgedPolicy& policy) const {
  const Parameters h = SolveFor(GradientOfTarget(policy));
  std::vector<double> influence(v_.size(), 0);
  double sum = 0;
  for (size_t n = 0; n < v_.size(); ++n) {
    const double along = Dot(h.context, log_.Features(n)) + h.action[At(log_.action[n])];
    const double error = log_.reward[n] - Predict(n, log_.action[n]);
    influence[n] = static_cast<double>(v_.size()) * along * v_[n] * error;  // (3)
    sum += influence[n];
  }
  for (double& value : influence) value -= sum / static_cast<double>(v_.size());
  return influence;
}

std::vector<RewardModel> CrossFit(const LoggedTable& log, std::span<const double> v,
                                  const RewardModelConfig& config) {
  LERL_CHECK_GE(config.folds, 2);
  std::vector<RewardModel> models;
  models.reserve(At(config.folds));
  for (int64_t part = 0; part < config.folds; ++part) {
    std::vector<double> others(v.begin(), v.end());
    for (size_t n = 0; n < others.size(); ++n)
      if (PartOf(log.unit[n], config.folds) == part) others[n] = 0;
    models.emplace_back(log, others, config);
  }
  return models;
}

ModelledRewards CrossFitted(const LoggedTable& log, const std::vector<RewardModel>& models,
                            const JudgedPolicy& policy) {
  ModelledRewards rewards;
  rewards.modelled.assign(log.action.size(), 0);
  rewards.target.assign(log.action.size(), 0);
  const int folds = static_cast<int>(models.size());
  for (int64_t part = 0; part < folds; ++part) {
    const std::vector<double> expected = models[At(part)].Expect(policy);
    for (size_t n = 0; n < log.action.size(); ++n) {
      if (PartOf(log.unit[n], folds) != part) continue;
      rewards.modelled[n] = models[At(part)].Predict(n, log.action[n]);
      rewards.target[n] = expected[n];
    }
  }
  return rewards;
}

ModelledRewards FittedOnAll(const LoggedTable& log, const RewardModel& model,
                            const JudgedPolicy& policy) {
  ModelledRewards rewards{.target = model.Expect(policy), .influence = model.Influence(policy)};
  for (size_t n = 0; n < log.action.size(); ++n)
    rewards.modelled.push_back(model.Predict(n, log.action[n]));
  return rewards;
}

std::vector<double> MrdrWeights(const LoggedTable& log, const JudgedPolicy& policy) {
  std::vector<double> v;
  for (size_t n = 0; n < log.propensity.size(); ++n) {
    const double mu = log.propensity[n];
    v.push_back(policy.of_logged[n] * (1 - mu) / (mu * mu));  // (2)
  }
  return v;
}

}  // namespace lerl
