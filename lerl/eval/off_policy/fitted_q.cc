#include "lerl/eval/off_policy/fitted_q.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/eval/off_policy/small_matrix.h"

namespace lerl {
namespace {

struct Target {
  size_t row;
  double value, count;
};

double MeanOfTargets(const std::vector<Target>& targets) {
  double sum = 0, count = 0;
  for (const Target& target : targets) {
    sum += target.count * target.value;
    count += target.count;
  }
  return count > 0 ? sum / count : 0;
}

// Q of one step.
class StepModel {
 public:
  virtual ~StepModel() = default;
  virtual double Of(size_t n, size_t action) const = 0;
};

// Means of states and actions.
class TableOfMeans : public StepModel {
 public:
  TableOfMeans(const LoggedTable& log, const std::vector<Target>& targets)
      : log_(log),
        actions_(log.actions.size()),
        sum_(At(log.states) * actions_, 0),
        count_(sum_.size(), 0),
        action_sum_(actions_, 0),
        action_count_(actions_, 0),
        mean_(MeanOfTargets(targets)) {
    for (const Target& target : targets) {
      const size_t a = At(log.action[target.row]), cell = Cell(target.row, a);
      sum_[cell] += target.count * target.value;
      count_[cell] += target.count;
      action_sum_[a] += target.count * target.value;
      action_count_[a] += target.count;
    }
  }
  double Of(size_t n, size_t action) const override {
    const size_t cell = Cell(n, action);
    if (count_[cell] > 0) return sum_[cell] / count_[cell];
    return action_count_[action] > 0 ? action_sum_[action] / action_count_[action] : mean_;
  }

 private:
  size_t Cell(size_t n, size_t action) const { return At(log_.state[n]) * actions_ + action; }
  const LoggedTable& log_;
  const size_t actions_;
  std::vector<double> sum_, count_, action_sum_, action_count_;
  const double mean_;
};

// A ridge regression for each action.
class LinearInFeatures : public StepModel {
 public:
  LinearInFeatures(const LoggedTable& log, const std::vector<Target>& targets, double l2)
      : log_(log), mean_(MeanOfTargets(targets)), beta_(log.actions.size()) {
    const size_t width = At(log.width);
    std::vector<std::vector<const Target*>> of_action(log.actions.size());
    for (const Target& target : targets)
      if (target.count > 0) of_action[At(log.action[target.row])].push_back(&target);
    for (size_t a = 0; a < of_action.size(); ++a) {
      if (of_action[a].empty()) continue;
      std::vector<double> gram(width * width, 0), right(width, 0);
      for (size_t i = 0; i < width; ++i) gram[i * width + i] = l2;
      for (const Target* target : of_action[a]) {
        const std::span<const double> x = log.Features(target->row);
        for (size_t i = 0; i < width; ++i) {
          right[i] += target->count * x[i] * (target->value - mean_);
          for (size_t j = 0; j <= i; ++j) gram[i * width + j] += target->count * x[i] * x[j];
        }
      }
      beta_[a] = FactoredMatrix(std::move(gram), log.width).Solve(right);
    }
  }
  double Of(size_t n, size_t action) const override {
    const std::vector<double>& beta = beta_[action];
    if (beta.empty()) return mean_;
    return std::inner_product(beta.begin(), beta.end(), log_.Features(n).begin(), mean_);
  }

 private:
  const LoggedTable& log_;
  const double mean_;
  std::vector<std::vector<double>> beta_;  // [A][D], or [] of an action without rows
};

double CountOfRow(const LoggedTable& log, std::span<const double> counts, size_t n) {
  return counts.empty() ? 1 : counts[At(log.unit[n])];
}

// The part of a unit in cross-fitting.
int64_t FoldOf(int64_t unit, int folds) {
  return static_cast<int64_t>(DeriveSeed(0, "cross-fitting", At(unit)) % At(folds));
}

}  // namespace

FittedQ::FittedQ(const LoggedTable& log, const JudgedPolicy& policy, const FittedQConfig& config)
    : log_(log), policy_(policy), config_(config) {
  LERL_CHECK(policy.knows_all());
  for (int64_t group = 0; group < log.group_count(); ++group)
    for (int64_t n = log.groups[At(group)]; n < log.groups[At(group + 1)]; ++n) {
      const size_t step = At(n - log.groups[At(group)]);
      if (step == steps_.size()) steps_.emplace_back();
      steps_[step].push_back(At(n));
      last_.push_back(n + 1 == log.groups[At(group + 1)]);
    }
}

// (1) at some rows, from the values of the rows behind them.
void FittedQ::FitRows(std::span<const size_t> rows, std::span<const double> counts,
                      QValues& values) const {
  std::vector<Target> targets;
  targets.reserve(rows.size());
  for (const size_t n : rows) {
    const double next = last_[n] ? 0 : config_.gamma * values.v[n + 1];
    const double count = CountOfRow(log_, counts, n);
    if (count > 0) targets.push_back({n, log_.reward[n] + next, count});
  }
  std::unique_ptr<const StepModel> model;
  if (log_.state.empty())
    model = std::make_unique<LinearInFeatures>(log_, targets, config_.l2);
  else
    model = std::make_unique<TableOfMeans>(log_, targets);
  for (const size_t n : rows) {
    const std::span<const double> pi = policy_.Of(n);
    values.q[n] = model->Of(n, At(log_.action[n]));
    values.v[n] = 0;
    for (size_t a = 0; a < pi.size(); ++a)
      if (pi[a] > 0) values.v[n] += pi[a] * model->Of(n, a);
  }
}

QValues FittedQ::Fit(std::span<const double> counts) const {
  QValues values = {std::vector<double>(last_.size(), 0), std::vector<double>(last_.size(), 0)};
  if (config_.stationary) {
    std::vector<size_t> all(last_.size());
    std::iota(all.begin(), all.end(), 0);
    for (size_t turn = 0; turn < steps_.size(); ++turn) FitRows(all, counts, values);
  } else {
    for (size_t step = steps_.size(); step-- > 0;) FitRows(steps_[step], counts, values);
  }
  return values;
}

QValues FittedQ::CrossFit(int folds) const {
  LERL_CHECK_GE(folds, 2);
  QValues values = {std::vector<double>(last_.size(), 0), std::vector<double>(last_.size(), 0)};
  for (int64_t fold = 0; fold < folds; ++fold) {
    std::vector<double> others(At(log_.units), 1);
    for (int64_t unit = 0; unit < log_.units; ++unit)
      if (FoldOf(unit, folds) == fold) others[At(unit)] = 0;
    const QValues fitted = Fit(others);
    for (size_t n = 0; n < last_.size(); ++n)
      if (FoldOf(log_.unit[n], folds) == fold) {
        values.q[n] = fitted.q[n];
        values.v[n] = fitted.v[n];
      }
  }
  return values;
}

double FittedQ::Unseen() const {
  const size_t actions = log_.actions.size();
  const bool by_state = !log_.state.empty();
  std::vector<char> seen((by_state ? At(log_.states) : 1) * actions, 0);
  const auto cell = [&](size_t n, size_t a) {
    return (by_state ? At(log_.state[n]) : 0) * actions + a;
  };
  for (size_t n = 0; n < last_.size(); ++n) seen[cell(n, At(log_.action[n]))] = 1;
  double sum = 0;
  for (size_t n = 0; n < last_.size(); ++n) {
    const std::span<const double> pi = policy_.Of(n);
    for (size_t a = 0; a < actions; ++a)
      if (!seen[cell(n, a)]) sum += pi[a];
  }
  return sum / static_cast<double>(last_.size());
}

}  // namespace lerl
