#include "lerl/serve/plan_reason.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

class PlanReasonTest : public testing::Test {
 protected:
  PlanReasonTest() {
    dataset_.categories = {"Drama", "War", "Comedy", "Western"};
    dataset_.item_ids = {"0", "1", "2"};
    dataset_.category_offsets = std::vector<int64_t>{0, 1, 3, 4};
    dataset_.category_ids = std::vector<int32_t>{0, 0, 1, 2};
  }
  std::string Reason(const SlotPlan& plan, const std::vector<int32_t>& last_items = {}) const {
    return PlanReason(plan, "round_robin", dataset_, last_items);
  }

  Dataset dataset_;
};

TEST_F(PlanReasonTest, SaysWhoRankedAndWhatWasLeftOut) {
  SlotPlan plan = {
      .plan = {0, 0, 1, 1}, .ranking = {3, 2, 1}, .origin = PlanOrigin::kCached, .reason = ""};
  EXPECT_EQ(Reason(plan), "the language model's first 2 of 3");
  // Item 0 and 1 have Drama in common, which is no candidate; War is one again.
  EXPECT_EQ(Reason(plan, {0, 1}),
            "the language model's first 2 of 3; left out, since just shown: Drama");
  plan.origin = PlanOrigin::kRule;
  EXPECT_EQ(Reason(plan), "round_robin's first 2 of 3");
  plan.origin = PlanOrigin::kKept;
  EXPECT_EQ(Reason(plan), "still round_robin's first 2 of 3");
}

TEST_F(PlanReasonTest, SaysHowFarAPlanWasWidened) {
  EXPECT_EQ(Reason({.plan = {0, 1, 1, 1}, .ranking = {3, 2}, .reason = "", .widened = 1}),
            "round_robin's first 2 of 2, and 1 more for want of items");
}

TEST_F(PlanReasonTest, ThePlannersOwnGoesFirstAndAPlanOfAllHasNone) {
  EXPECT_EQ(Reason({.plan = {0, 0, 0, 1}, .ranking = {3}, .reason = "it was late"}, {0}),
            "it was late");
  EXPECT_EQ(Reason({.plan = {1, 1, 1, 1}, .ranking = {3, 2, 1, 0}, .reason = ""}, {0}), "");
}

}  // namespace
}  // namespace lerl
