#include "lerl/sim/evolving/joint_interests.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"
#include "lerl/data/training_rows.h"

namespace lerl {
namespace {

void FillJointNormals(std::vector<float>& values, Rng rng) {
  for (float& value : values) value = static_cast<float>(0.1 * rng.Normal());
}

class JointFit {
 public:
  JointFit(const Dataset& dataset, const Split& split, const MfConfig& config, double spread)
      : dataset_(dataset),
        config_(config),
        precision_(1 / (spread * spread)),
        categories_(At(dataset.num_categories())),
        rows_(DrawTrainingRows(dataset, split, config.most_rows,
                               static_cast<uint64_t>(config.seed))) {
    LERL_CHECK(!rows_.users.empty());
    fit_.spread = spread;
    ChooseRows();
    Begin();
  }

  JointInterests Run() {
    for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
      Rng(static_cast<uint64_t>(config_.seed), "joint-order", static_cast<uint64_t>(epoch))
          .Shuffle(std::span(order_));
      for (const size_t row : order_) Step(row);
    }
    return std::move(fit_);
  }

 private:
  // The rows of the fit, and how many of them tell of each cell.
  void ChooseRows() {
    const auto all = std::ssize(rows_.users);
    std::vector<uint8_t> left_out(At(all));
    for (const int64_t row : MfHeldOutRows(all, config_)) left_out[At(row)] = 1;
    count_.resize(At(dataset_.num_users()) * categories_);
    for (size_t row = 0; row < left_out.size(); ++row) {
      if (left_out[row] != 0) continue;
      order_.push_back(row);
      for (const int32_t c : dataset_.CategoriesOf(rows_.items[row]))
        count_[Cell(rows_.users[row], c)] += 1;
    }
  }

  // Random factors, everything else at 0, and the log odds of the mean like.
  void Begin() {
    MfModel& z = fit_.z;
    const auto seed = static_cast<uint64_t>(config_.seed);
    z.users = static_cast<int>(dataset_.num_users());
    z.items = static_cast<int>(dataset_.num_items());
    z.factors = static_cast<int>(config_.factors);
    z.user_factors.resize(At(z.users) * At(z.factors));
    z.item_factors.resize(At(z.items) * At(z.factors));
    z.user_bias.resize(At(z.users));
    z.item_bias.resize(At(z.items));
    FillJointNormals(z.user_factors, Rng(seed, "mf-users"));
    FillJointNormals(z.item_factors, Rng(seed, "mf-items"));
    fit_.theta.resize(count_.size());
    double likes = 0;
    for (const size_t row : order_) likes += static_cast<double>(rows_.responses[row]);
    z.mean = static_cast<float>(
        LogOdds(std::clamp(likes / static_cast<double>(order_.size()), 1e-6, 1 - 1e-6)));
  }

  size_t Cell(int32_t user, int32_t category) const {
    return At(user) * categories_ + At(category);
  }

  void Step(size_t row) {
    const int32_t user = rows_.users[row], item = rows_.items[row];
    MfModel& z = fit_.z;
    const double e =
        static_cast<double>(rows_.responses[row]) - Sigmoid(fit_.Logit(dataset_, user, item));
    const auto error = static_cast<float>(e), rate = static_cast<float>(config_.rate),
               l2 = static_cast<float>(config_.l2);
    float* p = z.user_factors.data() + At(user) * At(z.factors);
    float* q = z.item_factors.data() + At(item) * At(z.factors);
    for (int f = 0; f < z.factors; ++f) {
      const float by_user = rate * (error * q[f] - l2 * p[f]);
      q[f] += rate * (error * p[f] - l2 * q[f]);
      p[f] += by_user;
    }
    float& b = z.user_bias[At(user)];
    float& c = z.item_bias[At(item)];
    b += rate * (error - l2 * b);
    c += rate * (error - l2 * c);
    const auto of_item = dataset_.CategoriesOf(item);
    for (const int32_t category : of_item) {
      const size_t cell = Cell(user, category);
      double& theta = fit_.theta[cell];
      // A pull of more than all that is there would turn the sign.
      const double pull = std::min(config_.rate * precision_ / count_[cell], 1.0);
      theta += config_.rate * e / static_cast<double>(of_item.size()) - pull * theta;
    }
  }

  const Dataset& dataset_;
  const MfConfig config_;
  const double precision_;
  const size_t categories_;
  const TrainingRows rows_;
  std::vector<size_t> order_;  // rows of the fit
  std::vector<double> count_;  // n [U, C]
  JointInterests fit_;
};

// Mean log loss of rows [begin(u), end(u)) of all users; NaN where there are none.
double LogLossOfRows(const JointInterests& fit, const Dataset& dataset,
                     const std::vector<int64_t>& begin, const std::vector<int64_t>& end) {
  double sum = 0, rows = 0;
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    for (int64_t row = begin[At(user)]; row < end[At(user)]; ++row) {
      const double p = Sigmoid(fit.Logit(dataset, user, dataset.items[At(row)]));
      sum -= std::log(std::max(dataset.responses[0][At(row)] != 0 ? p : 1 - p, 1e-7));
      rows += 1;
    }
  }
  return sum / rows;
}

}  // namespace

double JointInterests::Logit(const Dataset& dataset, int32_t user, int32_t item) const {
  double logit = static_cast<double>(z.Logit(user, item));
  const auto of_item = dataset.CategoriesOf(item);
  for (const int32_t c : of_item)
    logit += theta[At(user * dataset.num_categories() + c)] / static_cast<double>(of_item.size());
  return logit;
}

JointInterests FitJointInterests(const Dataset& dataset, const Split& split, const MfConfig& config,
                                 double spread) {
  JointInterests fit = JointFit(dataset, split, config, spread).Run();
  fit.log_loss = LogLossOfRows(fit, dataset, split.train_end, split.valid_end);
  if (std::isnan(fit.log_loss)) {
    std::vector<int64_t> begin;
    for (int64_t user = 0; user < dataset.num_users(); ++user)
      begin.push_back(dataset.RowsBegin(user));
    fit.log_loss = LogLossOfRows(fit, dataset, begin, split.train_end);
  }
  return fit;
}

JointInterests FitJointInterests(const Dataset& dataset, const Split& split,
                                 const MfConfig& config) {
  JointInterests best;
  for (const double spread : kSpreads) {
    JointInterests fit = FitJointInterests(dataset, split, config, spread);
    if (best.spread == 0 || fit.log_loss < best.log_loss) best = std::move(fit);
  }
  return best;
}

}  // namespace lerl
