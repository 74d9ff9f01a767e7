#include "lerl/planner/plan_policy.h"

#include <gmock/gmock.h>

#include "lerl/base/index.h"
#include "lerl/planner/ranking.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// A planner that always ranks in the same order and remembers what it was asked.
class FixedPlanner : public Planner {
 public:
  explicit FixedPlanner(std::vector<int16_t> order) : order_(std::move(order)) {}
  std::string name() const override { return "fixed"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    for (const PlanRequest& request : requests) {
      ++calls;
      exposure.assign(request.exposure.begin(), request.exposure.end());
      liked.assign(request.liked.begin(), request.liked.end());
      plans.push_back(RankByOrder(order_, request.candidates));
      plans.back().origin = origin;
      plans.back().unlisted = unlisted;
    }
    return plans;
  }
  int calls = 0, unlisted = 0;
  PlanOrigin origin = PlanOrigin::kRule;
  std::vector<float> exposure;
  std::vector<int32_t> liked;

 private:
  const std::vector<int16_t> order_;
};

TEST(SlotPlan, NamesItsCategoriesAsRankedAndThenThoseAdded) {
  SlotPlan plan;
  EXPECT_THAT(plan.InOrder(), ElementsAre());
  plan.plan = {1, 0, 1, 1, 1};
  plan.ranking = {3, 1, 0};
  EXPECT_THAT(plan.InOrder(), ElementsAre(3, 0, 2, 4));
}

class PlanPolicyTest : public ::testing::Test {
 protected:
  void Make(PlannerConfig config, int slate_size, std::vector<int16_t> order = {0, 1, 2, 3}) {
    auto planner = std::make_unique<FixedPlanner>(std::move(order));
    planner_ = planner.get();
    policy_ =
        std::make_unique<PlanPolicy>(dataset_, std::move(config), std::move(planner), slate_size);
    policy_->Prepare(1);
    policy_->Start(0, 0, 1);
  }

  SlotPlan Step(int step) {
    const SlotInput input = {.slot = 0, .step = step, .dominant = dominant_, .excluded = excluded_};
    policy_->Plan({&input, 1}, PlanMode::kValidation, plans_);
    return plans_.at(0);
  }

  const Dataset dataset_ = TinyDataset();
  FixedPlanner* planner_ = nullptr;
  std::unique_ptr<PlanPolicy> policy_;
  std::vector<SlotPlan> plans_;
  std::vector<uint8_t> dominant_ = {0, 0, 0, 0};
  std::vector<uint8_t> excluded_ = std::vector<uint8_t>(10, 0);
};

PlannerConfig Config(int64_t plan_size) {
  PlannerConfig config;
  config.name = "popularity";  // FixedPlanner stands in for it
  config.plan_size = plan_size;
  return config;
}

TEST_F(PlanPolicyTest, PlansTheFirstOfTheRanking) {
  Make(Config(2), 3);
  const SlotPlan plan = Step(0);
  EXPECT_THAT(plan.plan, ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(plan.ranking, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(plan.widened, 0);
}

TEST_F(PlanPolicyTest, LeavesTheLastDominantCategoriesOut) {
  Make(Config(1), 2);
  dominant_ = {1, 0, 0, 0};
  EXPECT_THAT(Step(0).plan, ElementsAre(0, 1, 0, 0));
  dominant_ = {1, 1, 1, 1};  // nothing would be left: all stay
  EXPECT_THAT(Step(1).plan, ElementsAre(1, 0, 0, 0));
  PlannerConfig config = Config(1);
  config.skip_last = false;
  Make(config, 2);
  dominant_ = {1, 0, 0, 0};
  EXPECT_THAT(Step(0).plan, ElementsAre(1, 0, 0, 0));
}

TEST_F(PlanPolicyTest, LeavesCategoriesWithoutAllowedItemsOut) {
  Make(Config(1), 2);
  for (const size_t item : {0, 1, 8}) excluded_[item] = 1;
  EXPECT_THAT(Step(0).ranking, ElementsAre(1, 2, 3));
}

TEST_F(PlanPolicyTest, WidensByTheNextBestUntilASlateFits) {
  Make(Config(1), 6, {3, 1, 0, 2});
  const SlotPlan plan = Step(0);  // Western has 2, Comedy 3 more, Action 2 besides the shared item
  EXPECT_THAT(plan.plan, ElementsAre(1, 1, 0, 1));
  EXPECT_EQ(plan.widened, 2);
  EXPECT_EQ(policy_->counts().widened_plans, 1);
  EXPECT_EQ(policy_->counts().widened_categories, 2);
}

TEST_F(PlanPolicyTest, CountsAnItemOfTwoPlannedCategoriesOnce) {
  Make(Config(2), 6);  // Action and Comedy: 0 1 2 3 8, five items
  EXPECT_THAT(Step(0).plan, ElementsAre(1, 1, 1, 0));
}

TEST_F(PlanPolicyTest, WidensToEverythingWhenTheCandidatesDoNotSuffice) {
  Make(Config(1), 10);
  dominant_ = {1, 0, 0, 0};
  EXPECT_THAT(Step(0).plan, ElementsAre(1, 1, 1, 1));
}

// Two answers with 3 and 0 unlisted labels, and a fallback, which is no answer: 1.5 per plan.
TEST_F(PlanPolicyTest, CountsTheLabelsThatAnswersDoNotList) {
  Make(Config(2), 3);
  planner_->origin = PlanOrigin::kFresh;
  planner_->unlisted = 3;
  Step(0);
  planner_->unlisted = 0;
  Step(1);
  planner_->origin = PlanOrigin::kFallback;
  Step(2);
  EXPECT_EQ(policy_->counts().unlisted_labels, 3);
  EXPECT_EQ(policy_->counts().unlisted_per_plan(), 1.5);
  PlanCounts sum = policy_->counts();
  sum.Add(policy_->counts());
  EXPECT_EQ(sum.unlisted_labels, 6);
  TensorFile file;
  policy_->Save(file);
  Make(Config(2), 3);
  policy_->Load(file);
  EXPECT_EQ(policy_->counts().unlisted_per_plan(), 1.5);
}

TEST_F(PlanPolicyTest, KeepsAPlanBetweenTwoRankings) {
  PlannerConfig config = Config(2);
  config.cadence = 2;
  Make(config, 2);
  EXPECT_EQ(Step(0).origin, PlanOrigin::kRule);
  dominant_ = {1, 0, 0, 0};
  const SlotPlan kept = Step(1);
  EXPECT_EQ(kept.origin, PlanOrigin::kKept);
  EXPECT_THAT(kept.plan, ElementsAre(0, 1, 0, 0));
  dominant_ = {1, 1, 0, 0};
  EXPECT_EQ(planner_->calls, 1);
  EXPECT_THAT(Step(2).plan, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(planner_->calls, 2);
  EXPECT_EQ(policy_->counts().by_origin[static_cast<int>(PlanOrigin::kKept)], 1);
  EXPECT_EQ(policy_->counts().in_training[static_cast<int>(PlanOrigin::kKept)], 0);
}

TEST_F(PlanPolicyTest, RanksAnewWhenAPlannedCategoryIsSaturated) {
  PlannerConfig config = Config(1);
  config.cadence = 4;
  config.replan = "on_saturation";
  config.saturated = 1.5;
  Make(config, 2);
  Step(0);
  policy_->Observe(0, std::vector<int32_t>{0, 1}, std::vector<uint32_t>{1, 1});
  EXPECT_EQ(Step(1).origin, PlanOrigin::kKept);  // exposure 1
  policy_->Observe(0, std::vector<int32_t>{0, 1}, std::vector<uint32_t>{1, 1});
  EXPECT_EQ(Step(2).origin, PlanOrigin::kRule);  // 1.8
  policy_->Observe(0, std::vector<int32_t>{4, 5}, std::vector<uint32_t>{1, 1});
  EXPECT_EQ(Step(3).origin, PlanOrigin::kKept);  // 1.44
  EXPECT_EQ(Step(6).origin, PlanOrigin::kRule);
  EXPECT_THAT(policy_->counts().rankings,
              ElementsAre(std::pair<const std::string, int64_t>{"every n", 1},
                          std::pair<const std::string, int64_t>{"first", 1},
                          std::pair<const std::string, int64_t>{"saturation", 1}));
}

TEST_F(PlanPolicyTest, RanksAnewWhenASlateIsReceivedOtherwise) {
  PlannerConfig config = Config(1);
  config.cadence = 10;
  config.replan = "on_surprise";
  config.surprise = 0.5;
  Make(config, 2);
  Step(0);
  policy_->Observe(0, std::vector<int32_t>{0, 1}, std::vector<uint32_t>{1, 1});
  EXPECT_EQ(Step(1).origin, PlanOrigin::kKept);  // nothing to compare with
  policy_->Observe(0, std::vector<int32_t>{2, 3}, std::vector<uint32_t>{1, 1});
  EXPECT_EQ(Step(2).origin, PlanOrigin::kKept);
  policy_->Observe(0, std::vector<int32_t>{4, 5}, std::vector<uint32_t>{0, 1});
  EXPECT_EQ(Step(3).origin, PlanOrigin::kRule);
  EXPECT_EQ(policy_->counts().rankings.at("surprise"), 1);
}

TEST_F(PlanPolicyTest, NonePlansEverythingAndSkipsNothing) {
  PlannerConfig config = Config(1);
  config.name = "none";
  Make(config, 10);
  dominant_ = {1, 1, 0, 0};
  EXPECT_THAT(Step(0).plan, ElementsAre(1, 1, 1, 1));
  EXPECT_EQ(policy_->counts().widened_plans, 0);
}

TEST_F(PlanPolicyTest, ShowsThePlannerWhatTheSessionShowed) {
  Make(Config(1), 2);
  Step(0);
  policy_->Observe(0, std::vector<int32_t>{0, 8}, std::vector<uint32_t>{1, 2});
  Step(1);
  EXPECT_THAT(planner_->exposure, ElementsAre(1, 0.5, 0, 0));
  EXPECT_THAT(planner_->liked, ElementsAre(1, 0, 0, 0));  // only the first behaviour is a like
  policy_->Observe(0, std::vector<int32_t>{4, 6}, std::vector<uint32_t>{0, 1});
  Step(2);
  EXPECT_FLOAT_EQ(planner_->exposure[0], 0.8F);
  EXPECT_FLOAT_EQ(planner_->exposure[3], 0.5F);
  policy_->Start(0, 1, 2);
  Step(0);
  EXPECT_THAT(planner_->exposure, ElementsAre(0, 0, 0, 0));
}

TEST_F(PlanPolicyTest, CountsHowOftenTheRawRankingStays) {
  Make(Config(1), 2);
  Step(0);
  dominant_ = {1, 0, 0, 0};
  Step(1);
  Step(2);
  EXPECT_EQ(policy_->counts().pairs, 2);
  EXPECT_DOUBLE_EQ(policy_->counts().same_first_3_share(), 1);
  TensorFile file;
  policy_->Save(file);
  Make(Config(1), 2);
  policy_->Load(file);
  EXPECT_EQ(policy_->counts().pairs, 2);
  EXPECT_EQ(policy_->counts().plans, 3);
}

TEST(PlanCounts, TheShareOfFallbacksInTrainingIsOfThePlansThatWereAskedFor) {
  PlanCounts counts;
  EXPECT_EQ(counts.FallbackShareInTraining(), 0);
  counts.in_training[At(PlanOrigin::kKept)] = 1000;
  counts.in_training[At(PlanOrigin::kCached)] = 6;
  counts.in_training[At(PlanOrigin::kFresh)] = 1;
  counts.in_training[At(PlanOrigin::kNearest)] = 1;
  counts.in_training[At(PlanOrigin::kFallback)] = 2;
  counts.by_origin[At(PlanOrigin::kFallback)] = 500;  // those of validation are not counted
  EXPECT_DOUBLE_EQ(counts.FallbackShareInTraining(), 0.2);
}

TEST_F(PlanPolicyTest, ANewWishIsRankedAtOnceWhateverTheCadence) {
  PlannerConfig config = Config(1);
  config.cadence = 10;
  Make(config, 1);
  const auto step = [this](int n, std::string_view wish) {
    const SlotInput input = {
        .slot = 0, .step = n, .dominant = dominant_, .excluded = excluded_, .wish = wish};
    policy_->Plan({&input, 1}, PlanMode::kValidation, plans_);
    return planner_->calls;
  };
  EXPECT_EQ(step(0, "fun"), 1);
  EXPECT_EQ(step(1, "fun"), 1);
  EXPECT_EQ(step(2, "no war"), 2);
  EXPECT_EQ(step(3, ""), 3);
  EXPECT_EQ(step(4, ""), 3);
  EXPECT_EQ(policy_->counts().rankings.at("wish"), 2);
}

}  // namespace
}  // namespace lerl
