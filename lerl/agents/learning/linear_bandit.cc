#include "lerl/agents/learning/linear_bandit.h"

#include <algorithm>

#include "lerl/agents/learning/session_tokens.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

double MeanResponse(const Dataset& dataset, const Split& split) {
  double likes = 0, rows = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (const int64_t row : PastRows(dataset, split, user)) {
      likes += dataset.responses[0][At(row)];
      ++rows;
    }
  }
  return likes / std::max(rows, 1.0);
}

}  // namespace

LinearBandit::LinearBandit(std::string name, const AgentContext& context,
                           const LearnerConfig& learner, double l2)
    : dataset_(context.dataset),
      slate_(context.slate),
      name_(std::move(name)),
      split_(context.split),
      reward_weights_(context.reward_weights),
      price_factors_(context.price_factors),
      uses_logs_(learner.warm_start.steps > 0),
      vectors_(context.factors.vectors),
      width_(At(context.factors.width)),
      mean_(MeanResponse(context.dataset, context.split)),
      ridge_(static_cast<int64_t>(1 + 2 * width_), l2),
      inverse_(ridge_.Inverse()) {}

void LinearBandit::Solve() {
  ridge_.Solve("agent '" + name_ + "'");
  inverse_ = ridge_.Inverse();
}

void LinearBandit::Prepare(int slots) { tastes_.assign(At(slots), {}); }

void LinearBandit::Start(int slot, int32_t user) { tastes_[At(slot)] = PastOf(user); }

void LinearBandit::Add(Taste& taste, int32_t item, bool liked) const {
  const std::span<const float> vector = VectorOf(At(item));
  const double surprise = (liked ? 1 : 0) - mean_;
  for (size_t d = 0; d < width_; ++d) taste.sum[d] += surprise * double{vector[d]};
  ++taste.rows;
}

LinearBandit::Taste LinearBandit::PastOf(int32_t user) const {
  Taste taste{.sum = std::vector<double>(width_)};
  for (const int64_t row : PastRows(dataset_, split_, user))
    Add(taste, dataset_.items[At(row)], dataset_.responses[0][At(row)] != 0);
  return taste;
}

void LinearBandit::WriteFeatures(const Taste& taste, int32_t item, std::span<double> x) const {
  const std::span<const float> vector = VectorOf(At(item));
  x[0] = 1;
  for (size_t d = 0; d < width_; ++d) {
    x[1 + d] = double{vector[d]};
    x[1 + width_ + d] = taste.at(d) * double{vector[d]};
  }
}

void LinearBandit::Act(std::span<const Observation> observations, bool explore,
                       std::span<float> scores, std::span<float>) {
  const std::span<const double> theta = ridge_.mean();
  const auto items = At(dataset_.num_items());
  std::vector<double> weight(width_);
  for (size_t n = 0; n < observations.size(); ++n) {
    // 1. With the user's taste fixed, theta . x is linear in E_i, with these weights.
    const Taste& taste = tastes_[At(observations[n].slot)];
    for (size_t d = 0; d < width_; ++d)
      weight[d] = theta[1 + d] + taste.at(d) * theta[1 + width_ + d];
    // 2. The expected credit of every item, equation (1) of the header.
    const std::span<float> row = scores.subspan(n * items, items);
    for (size_t i = 0; i < items; ++i) {
      double expected = theta[0];
      const std::span<const float> vector = VectorOf(i);
      for (size_t d = 0; d < width_; ++d) expected += weight[d] * double{vector[d]};
      row[i] = static_cast<float>(expected);
    }
    if (explore) Explore(observations[n], taste, row);
  }
}

void LinearBandit::Observe(std::span<const Shown> shown) {
  for (const Shown& slate : shown)
    for (size_t k = 0; k < slate.items.size(); ++k)
      Add(tastes_[At(slate.slot)], slate.items[k], (slate.responses[k] & 1u) != 0);
}

UpdateStats LinearBandit::Update(const SessionLog& log) {
  std::vector<double> x(1 + 2 * width_);
  const auto slate = At(log.slate);
  double rows = 0, error = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    // 1. The sessions are followed from their start, as they were played.
    Taste taste = PastOf(log.user[At(s)]);
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const size_t cell = log.Cell(s, t);
      const std::span items(log.items.data() + cell * slate, slate);
      const std::span responses(log.responses.data() + cell * slate, slate);
      // 2. Every shown item is a row of the regression, under the taste before its slate.
      for (size_t k = 0; k < slate; ++k) {
        const double y = double{log.ResponseCredit(cell, static_cast<int64_t>(k))} +
                         double{log.ReturnReward(cell)};
        WriteFeatures(taste, items[k], x);
        error += (y - ridge_.Predict(x)) * (y - ridge_.Predict(x));
        ridge_.Add(x, y);
        ++rows;
      }
      // 3. The responses to the slate then change the taste.
      for (size_t k = 0; k < slate; ++k) Add(taste, items[k], (responses[k] & 1u) != 0);
    }
  }
  // 4. theta and M^-1 for the next iteration.
  Solve();
  return {{"squared_error", error / std::max(rows, 1.0)}};
}

UpdateStats LinearBandit::WarmStart() {
  std::vector<double> x(1 + 2 * width_);
  double rows = 0;
  for (const int32_t user : split_.train_users) {
    if (!uses_logs_) break;
    Taste taste{.sum = std::vector<double>(width_)};
    for (const int64_t row : PastRows(dataset_, split_, user)) {
      // A row sees the taste of the rows before it, and then changes it.
      const int32_t item = dataset_.items[At(row)];
      const bool liked = dataset_.responses[0][At(row)] != 0;
      WriteFeatures(taste, item, x);
      const float credit = PriceFactor(price_factors_, item) *
                           WeighResponses(reward_weights_, ResponsesOfRow(dataset_, row));
      ridge_.Add(x, double{credit});
      Add(taste, item, liked);
      ++rows;
    }
  }
  Solve();
  return {{"warm_start_rows", rows}};
}

void LinearBandit::Save(TensorFile& file) const { ridge_.Save(file, "agent.ridge"); }

void LinearBandit::Load(const TensorFile& file) {
  ridge_.Load(file, "agent.ridge");
  inverse_ = ridge_.Inverse();
}

}  // namespace lerl
