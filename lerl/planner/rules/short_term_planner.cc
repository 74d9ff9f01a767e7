#include "lerl/planner/rules/short_term_planner.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/planner/ranking.h"

namespace lerl {
namespace {

class ShortTermPlanner : public Planner {
 public:
  explicit ShortTermPlanner(const PlannerContext& context)
      : dataset_(context.dataset), split_(context.split) {}
  std::string name() const override { return "short_term"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    plans.reserve(requests.size());
    for (const PlanRequest& request : requests) plans.push_back(RankOne(request));
    return plans;
  }

 private:
  Plan RankOne(const PlanRequest& request) {
    const std::vector<int16_t>& past = PastOrder(request.user);
    std::vector<int16_t> order = past;
    std::stable_sort(order.begin(), order.end(), [&](int16_t a, int16_t b) {
      const auto left = At(a), right = At(b);
      if (request.last_liked_step[left] != request.last_liked_step[right]) {
        return request.last_liked_step[left] > request.last_liked_step[right];
      }
      return request.liked[left] > request.liked[right];
    });
    return RankByOrder(order, request.candidates);
  }

  // All categories in the order of groups 2 and 3 (latest like in the training rows first).
  const std::vector<int16_t>& PastOrder(int32_t user) {
    const auto [found, added] = past_.try_emplace(user);
    if (!added) return found->second;
    std::vector<uint8_t> seen(At(dataset_.num_categories()), 0);
    std::vector<int16_t>& order = found->second;
    const auto add = [&](int32_t category) {
      if (seen[At(category)]++ == 0) {
        order.push_back(static_cast<int16_t>(category));
      }
    };
    for (const int64_t row : PastRows(dataset_, split_, user) | std::views::reverse) {
      if (dataset_.responses[0][At(row)] == 0) continue;
      for (const int32_t c : dataset_.CategoriesOf(dataset_.items[At(row)])) add(c);
    }
    for (int32_t c = 0; c < dataset_.num_categories(); ++c) add(c);
    return order;
  }

  const Dataset& dataset_;
  const Split& split_;
  std::unordered_map<int32_t, std::vector<int16_t>> past_;
};

}  // namespace

std::unique_ptr<Planner> MakeShortTermPlanner(const PlannerConfig&, const PlannerContext& context) {
  return std::make_unique<ShortTermPlanner>(context);
}

}  // namespace lerl
