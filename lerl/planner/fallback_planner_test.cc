#include "lerl/planner/fallback_planner.h"

#include <gmock/gmock.h>

#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/registry.h"
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

TEST_F(FallbackPlannerTest, OffersWhatTheFirstPlannerOffers) {
  EXPECT_EQ(Make()->language_model(), nullptr);
  std::vector<std::string> prefixes;
  const auto score = [&](const std::string& prefix, const std::string&, const std::string&) {
    prefixes.push_back(prefix);
    return 0.0;
  };
  PlannerConfig config;
  config.name = "llm";
  config.llm.fallback = "round_robin";
  const auto planner = MakePlanner(config, {.dataset = dataset_,
                                            .split = split_,
                                            .policy_model = kNoFactors,
                                            .backend = MakeScriptedBackend({.score = score})});
  LanguageModelPlanner* asking = planner->language_model();
  ASSERT_NE(asking, nullptr);
  EXPECT_NE(asking->PromptHash(), "");
  for (const bool shown : {true, false}) {
    prefixes.clear();
    asking->ShowReflections(shown ? std::vector<std::string>{"Rotate."}
                                  : std::vector<std::string>{});
    RankOne(*planner, OwnedRequest(4));
    EXPECT_THAT(prefixes, ::testing::Not(::testing::IsEmpty()));
    for (const std::string& prefix : prefixes)
      EXPECT_EQ(prefix.find("Rotate.") != std::string::npos, shown);
  }
}

}  // namespace
}  // namespace lerl
