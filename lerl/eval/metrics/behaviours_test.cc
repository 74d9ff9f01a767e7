#include "lerl/eval/metrics/behaviours.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// A session of two slates and one of one. Bit 0 is a purchase, bit 1 a cart.
SessionLog TwoShoppers() {
  SessionLog log = LogOf({{{0, 1}, {2, 3}}, {{1, 0}}}, 1);
  log.responses = {1, 0, 3, 2, 0, 2, /*after the end*/ 3, 3};
  return log;
}

TEST(Behaviours, AreCountedPerSession) {
  const SessionLog log = TwoShoppers();
  EXPECT_THAT(ResponsesPerSession(log, 0).numerator, ElementsAre(2, 0));
  EXPECT_THAT(ResponsesPerSession(log, 1).numerator, ElementsAre(2, 1));
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  const SessionValues main = MainResponses(log, {dataset, EmptySplit(dataset)});
  EXPECT_THAT(main.numerator, ElementsAre(2, 0));
  EXPECT_TRUE(main.denominator.empty());
}

TEST(Behaviours, HaveARatePerItemShown) {
  const SessionValues rate = ResponseRate(TwoShoppers(), 1);
  EXPECT_THAT(rate.numerator, ElementsAre(2, 1));
  EXPECT_THAT(rate.denominator, ElementsAre(4, 2));
}

}  // namespace
}  // namespace lerl
