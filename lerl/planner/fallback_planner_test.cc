#include "lerl/planner/fallback_planner.h"

#include <gmock/gmock.h>

#include "lerl/planner/rules/round_robin_planner.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

// A planner that answers with category 3, and for odd users has no plan of its own.
class Moody : public Planner {
 public:
  std::string name() const override { return "moody"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    for (const PlanRequest& request : requests) {
      plans.push_back(
          {.ranking = {3}, .raw_first = {}, .origin = PlanOrigin::kFresh, .reason = ""});
      if (request.user % 2 == 1) {
        plans.back().origin = PlanOrigin::kFallback;
        plans.back().reason = "not today";
      }
    }
    return plans;
  }
};

class FallbackPlannerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Planner> Make() {
    const PlannerContext context = {
        .dataset = dataset_, .split = split_, .policy_model = kNoFactors};
    return std::make_unique<FallbackPlanner>(std::make_unique<Moody>(),
                                             MakeRoundRobinPlanner({}, context));
  }
  const Dataset dataset_ = TinyDataset();
  const Split split_ = TinySplit();
};

TEST_F(FallbackPlannerTest, TheSecondRanksWhereTheFirstHasNoPlanOfItsOwn) {
  const auto planner = Make();
  OwnedRequest even(4), odd(4);
  odd.user = 1;
  odd.slot = 1;
  const std::vector<PlanRequest> requests = {even.View(), odd.View()};
  const std::vector<Plan> plans = planner->Rank(requests, PlanMode::kValidation);
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_THAT(plans[0].ranking, ::testing::ElementsAre(3));
  EXPECT_EQ(plans[0].origin, PlanOrigin::kFresh);
  EXPECT_THAT(plans[1].ranking, ::testing::UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_EQ(plans[1].origin, PlanOrigin::kFallback);
  EXPECT_EQ(plans[1].reason, "not today");
  EXPECT_EQ(planner->name(), "moody");
}

}  // namespace
}  // namespace lerl
