#include "lerl/eval/metrics/new_items.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Items 1 and 3 are new. The first user is shown 0, 1, 2, 3 and likes 1 and 2; the second is shown
// 0 and 2 and likes 0.
struct TwoSessions {
  TwoSessions() { log.responses = {0, 1, 1, 0, 1, 0, 0, 0}; }
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  const Split split = EmptySplit(dataset);
  const std::vector<uint8_t> new_items = {0, 1, 0, 1};
  SessionLog log = LogOf({{{0, 1}, {2, 3}}, {{0, 2}}}, 1);
  const MetricInput input{.dataset = dataset, .split = split, .new_items = new_items};
};

TEST(NewItems, ShareIsOfAllItemsShown) {
  const TwoSessions two;
  const SessionValues values = NewItemShare(two.log, two.input);
  EXPECT_THAT(values.numerator, ElementsAre(2, 0));
  EXPECT_THAT(values.denominator, ElementsAre(4, 2));
}

TEST(NewItems, RewardsAreOfNewAndKnownItemsApart) {
  const TwoSessions two;
  const SessionValues of_new = NewItemReward(two.log, two.input);
  EXPECT_THAT(of_new.numerator, ElementsAre(1, 0));
  EXPECT_THAT(of_new.denominator, ElementsAre(2, 0));
  const SessionValues of_known = KnownItemReward(two.log, two.input);
  EXPECT_THAT(of_known.numerator, ElementsAre(1, 1));
  EXPECT_THAT(of_known.denominator, ElementsAre(2, 2));
}

TEST(NewItems, RewardsCountBehavioursAndPricesAsTheTaskDoes) {
  TwoSessions two;
  two.log.reward_weights = {0.5, 2};
  two.log.price_factors = {1, 3, 1, 1};
  two.log.responses = {0, 3, 1, 2, 0, 0, 0, 0};
  EXPECT_THAT(NewItemReward(two.log, two.input).numerator, ElementsAre(3 * 2.5 + 2, 0));
  EXPECT_THAT(KnownItemReward(two.log, two.input).numerator, ElementsAre(0.5, 0));
}

TEST(NewItems, HaveNoFiguresWhereNoItemIsNew) {
  const TwoSessions two;
  const MetricInput none{.dataset = two.dataset, .split = two.split};
  EXPECT_TRUE(NewItemShare(two.log, none).empty());
  EXPECT_TRUE(NewItemReward(two.log, none).empty());
  EXPECT_TRUE(KnownItemReward(two.log, none).empty());
}

}  // namespace
}  // namespace lerl
