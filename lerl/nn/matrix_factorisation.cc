#include "lerl/nn/matrix_factorisation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"
#include "lerl/data/training_rows.h"

namespace lerl {
namespace {

// All rows in random order. The fit sees the first row_share of them.
std::vector<uint32_t> ShuffledRows(int64_t rows, const MfConfig& config) {
  LERL_CHECK_LE(rows, std::numeric_limits<uint32_t>::max());
  std::vector<uint32_t> order(At(rows));
  std::iota(order.begin(), order.end(), 0U);
  Rng rng(static_cast<uint64_t>(config.seed), "mf-rows");
  if (config.row_share < 1) rng.Shuffle(std::span(order));
  return order;
}

size_t FitSize(int64_t rows, const MfConfig& config) {
  return At(std::max<int64_t>(1, std::llround(config.row_share * static_cast<double>(rows))));
}

void FillNormals(std::vector<float>& values, double scale, Rng rng) {
  for (float& value : values) value = static_cast<float>(scale * rng.Normal());
}

// The step of one row, computed from the values before its batch.
struct RowStep {
  float* user;
  float* item;
  float* user_bias;
  float* item_bias;
  std::vector<float> by_user, by_item;
  float by_user_bias, by_item_bias;
};

class Fit {
 public:
  Fit(MfModel& model, const MfConfig& config)
      : model_(model),
        rate_(static_cast<float>(config.rate)),
        l2_(static_cast<float>(config.l2)),
        steps_(At(config.batch)) {
    for (RowStep& step : steps_) {
      step.by_user.resize(At(model.factors));
      step.by_item.resize(At(model.factors));
    }
  }

  // Computes the step of the row at place `at` of the batch.
  void Plan(size_t at, int32_t user, int32_t item, float target) {
    RowStep& step = steps_[at];
    const auto u = At(user), i = At(item);
    const auto factors = At(model_.factors);
    step.user = &model_.user_factors[u * factors];
    step.item = &model_.item_factors[i * factors];
    step.user_bias = &model_.user_bias[u];
    step.item_bias = &model_.item_bias[i];
    const float error = target - static_cast<float>(Sigmoid<double>(model_.Logit(user, item)));
    for (size_t f = 0; f < factors; ++f) {
      step.by_user[f] = rate_ * (error * step.item[f] - l2_ * step.user[f]);
      step.by_item[f] = rate_ * (error * step.user[f] - l2_ * step.item[f]);
    }
    step.by_user_bias = rate_ * (error - l2_ * *step.user_bias);
    step.by_item_bias = rate_ * (error - l2_ * *step.item_bias);
  }

  // Makes the first `count` steps of the batch.
  void Apply(size_t count) {
    for (size_t at = 0; at < count; ++at) {
      const RowStep& step = steps_[at];
      for (size_t f = 0; f < step.by_user.size(); ++f) {
        step.user[f] += step.by_user[f];
        step.item[f] += step.by_item[f];
      }
      *step.user_bias += step.by_user_bias;
      *step.item_bias += step.by_item_bias;
    }
  }

 private:
  MfModel& model_;
  const float rate_, l2_;
  std::vector<RowStep> steps_;
};

}  // namespace

float MfModel::Logit(int32_t user, int32_t item) const {
  const float* p = user_factors.data() + static_cast<int64_t>(user) * factors;
  const float* q = item_factors.data() + static_cast<int64_t>(item) * factors;
  float sum = mean + user_bias[At(user)] + item_bias[At(item)];
  for (int f = 0; f < factors; ++f) sum += p[f] * q[f];
  return sum;
}

std::vector<int64_t> MfHeldOutRows(int64_t rows, const MfConfig& config) {
  const std::vector<uint32_t> order = ShuffledRows(rows, config);
  std::vector<int64_t> held(order.begin() + static_cast<int64_t>(FitSize(rows, config)),
                            order.end());
  std::ranges::sort(held);
  return held;
}

MfModel FitMf(std::span<const int32_t> users, std::span<const int32_t> items,
              std::span<const float> targets, int num_users, int num_items,
              const MfConfig& config) {
  LERL_CHECK_EQ(users.size(), items.size());
  LERL_CHECK_EQ(users.size(), targets.size());
  LERL_CHECK(!users.empty());
  // 1. Random factors, biases of 0.
  const auto seed = static_cast<uint64_t>(config.seed);
  MfModel model;
  model.users = num_users;
  model.items = num_items;
  model.factors = static_cast<int>(config.factors);
  const auto factors = At(config.factors);
  model.user_factors.resize(At(num_users) * factors);
  model.item_factors.resize(At(num_items) * factors);
  model.user_bias.resize(At(num_users));
  model.item_bias.resize(At(num_items));
  FillNormals(model.user_factors, 0.1, Rng(seed, "mf-users"));
  FillNormals(model.item_factors, 0.1, Rng(seed, "mf-items"));

  // 2. The rows of the fit, and the log odds of their mean target.
  std::vector<uint32_t> order = ShuffledRows(std::ssize(users), config);
  order.resize(FitSize(std::ssize(users), config));
  double sum = 0;
  for (const uint32_t row : order) sum += static_cast<double>(targets[row]);
  const double share = std::clamp(sum / static_cast<double>(order.size()), 1e-6, 1 - 1e-6);
  model.mean = static_cast<float>(LogOdds(share));

  // 3. The steps, with the rows in a new order each epoch.
  Fit fit(model, config);
  const auto batch = At(config.batch);
  for (int64_t epoch = 0; epoch < config.epochs; ++epoch) {
    Rng(seed, "mf-order", static_cast<uint64_t>(epoch)).Shuffle(std::span(order));
    for (size_t begin = 0; begin < order.size(); begin += batch) {
      const size_t count = std::min(batch, order.size() - begin);
      for (size_t at = 0; at < count; ++at) {
        const uint32_t row = order[begin + at];
        fit.Plan(at, users[row], items[row], targets[row]);
      }
      fit.Apply(count);
    }
  }
  return model;
}

namespace {

MfModel FitMfOnRows(const Dataset& dataset, const TrainingRows& rows, const MfConfig& config) {
  return FitMf(rows.users, rows.items, rows.responses, static_cast<int>(dataset.num_users()),
               static_cast<int>(dataset.num_items()), config);
}

}  // namespace

MfModel FitMfOnTrainingRows(const Dataset& dataset, const Split& split, const MfConfig& config) {
  return FitMfOnRows(
      dataset,
      DrawTrainingRows(dataset, split, config.most_rows, static_cast<uint64_t>(config.seed)),
      config);
}

MfModel FitMfOnAllRows(const Dataset& dataset, const std::function<float(size_t)>& target,
                       const MfConfig& config) {
  return FitMfOnRows(
      dataset, DrawRows(dataset, target, config.most_rows, static_cast<uint64_t>(config.seed)),
      config);
}

}  // namespace lerl
