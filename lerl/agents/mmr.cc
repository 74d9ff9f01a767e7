#include "lerl/agents/mmr.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/agents/control_agents.h"
#include "lerl/agents/learning/exploration.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

class Mmr : public Control {
 public:
  Mmr(const AgentContext& context, const MmrConfig& config)
      : Control("mmr"),
        config_(config),
        dataset_(context.dataset),
        model_(context.factors.model),
        slate_(context.slate),
        width_(At(context.factors.width)),
        unit_(context.factors.vectors) {
    for (size_t begin = 0; begin < unit_.size(); begin += width_) {
      const std::span<float> row(unit_.data() + begin, width_);
      const float norm =
          std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0f)) + 1e-12f;
      for (float& value : row) value /= norm;
    }
  }

  void Prepare(int slots) override { relevance_.resize(At(slots)); }

  // Relevance, equation (2) of the header, stays the same over a session.
  void Start(int slot, int32_t user) override {
    std::vector<float>& relevance = relevance_[At(slot)];
    relevance.resize(At(dataset_.num_items()));
    for (size_t i = 0; i < relevance.size(); ++i)
      relevance[i] = 1 / (1 + std::exp(-model_.Logit(user, static_cast<int32_t>(i))));
  }

 private:
  // Scores are the relevance of all items; those chosen for the slate are then lifted above all
  // others, in the order of their choice.
  void ScoreItems(const Observation& seen, std::span<float> scores) override {
    // 1. The relevance of the slot's user.
    std::ranges::copy(relevance_[At(seen.slot)], scores.begin());
    // 2. The slate, item by item.
    std::vector<int32_t> left = ItemsToShow(dataset_, seen);
    std::vector<float> closest(scores.size(), 0.0f);  // like(i, S); 0 before the first choice
    const auto lambda = static_cast<float>(config_.lambda);
    for (int k = 0; k < slate_ && !left.empty(); ++k) {
      // 2a. The item of the highest marginal relevance, equation (1).
      const auto worth = [&](int32_t i) {
        const auto item = At(i);
        return lambda * scores[item] - (1 - lambda) * closest[item];
      };
      const auto best = std::max_element(left.begin(), left.end(),
                                         [&](int32_t a, int32_t b) { return worth(a) < worth(b); });
      const int32_t chosen = *best;
      left.erase(best);
      scores[At(chosen)] = static_cast<float>(1 + slate_ - k);
      // 2b. Likeness of the others to the slate with that item, equation (3).
      if (lambda == 1) continue;
      for (const int32_t item : left) {
        const float likeness = Cosine(item, chosen);
        float& most = closest[At(item)];
        most = k == 0 ? likeness : std::max(most, likeness);
      }
    }
  }

  float Cosine(int32_t a, int32_t b) const {
    const float* row_a = unit_.data() + At(a) * width_;
    const float* row_b = unit_.data() + At(b) * width_;
    return std::inner_product(row_a, row_a + width_, row_b, 0.0f);
  }

  const MmrConfig config_;
  const Dataset& dataset_;
  const MfModel& model_;
  const int slate_;
  const size_t width_;
  std::vector<float> unit_;                    // E with rows of length 1
  std::vector<std::vector<float>> relevance_;  // [slots][I] of the users in the slots
};

}  // namespace

std::unique_ptr<Agent> MakeMmr(const AgentContext& context, const MmrConfig& config) {
  return std::make_unique<Mmr>(context, config);
}

}  // namespace lerl
