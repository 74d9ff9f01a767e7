#include "lerl/planner/fatigue_aware_planner.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "lerl/base/check.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class FatigueAwarePlanner : public Planner {
 public:
  FatigueAwarePlanner(const PlannerConfig& config, const PlannerContext& context)
      : config_(config), dataset_(*context.dataset), model_(*context.policy_model) {}
  std::string name() const override { return "fatigue_aware"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) {
      std::vector<double> scores = Values(request.user);
      for (size_t c = 0; c < scores.size(); ++c) scores[c] -= config_.tiring * request.exposure[c];
      plans.push_back(RankByScores(scores, request.candidates));
    }
    return plans;
  }

 private:
  // v_uc [C]; a category without items is worth less than any other.
  const std::vector<double>& Values(int32_t user) {
    const auto [found, added] = values_.try_emplace(user);
    if (added) found->second = ComputeValues(user);
    return found->second;
  }

  std::vector<double> ComputeValues(int32_t user) const {
    const auto items = static_cast<size_t>(dataset_.num_items());
    std::vector<double> logits(items);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < items; ++i) {
      logits[i] = model_.Logit(user, static_cast<int>(i));
      sum += logits[i];
      squares += logits[i] * logits[i];
    }
    const double mean = sum / static_cast<double>(items);
    const double variance = squares / static_cast<double>(items) - mean * mean;
    const double sd = variance > 1e-12 ? std::sqrt(variance) : 1;

    std::vector<std::vector<double>> of_category(static_cast<size_t>(dataset_.num_categories()));
    for (size_t i = 0; i < items; ++i) {
      for (const int32_t c : dataset_.CategoriesOf(static_cast<int64_t>(i))) {
        of_category[static_cast<size_t>(c)].push_back((logits[i] - mean) / sd);
      }
    }
    std::vector<double> values;
    values.reserve(of_category.size());
    for (std::vector<double>& z : of_category) values.push_back(MeanOfBest(z));
    return values;
  }

  double MeanOfBest(std::vector<double>& z) const {
    if (z.empty()) return -1e9;
    const auto best = std::min(static_cast<std::ptrdiff_t>(config_.best_items),
                               static_cast<std::ptrdiff_t>(z.size()));
    std::partial_sort(z.begin(), z.begin() + best, z.end(), std::greater<>());
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < best; ++i) sum += z[static_cast<size_t>(i)];
    return sum / static_cast<double>(best);
  }

  const PlannerConfig config_;
  const Dataset& dataset_;
  const MfModel& model_;
  std::unordered_map<int32_t, std::vector<double>> values_;
};

}  // namespace

std::unique_ptr<Planner> MakeFatigueAwarePlanner(const PlannerConfig& config,
                                                 const PlannerContext& context) {
  LERL_CHECK(context.dataset != nullptr);
  LERL_CHECK(context.policy_model != nullptr);
  return std::make_unique<FatigueAwarePlanner>(config, context);
}

}  // namespace lerl
