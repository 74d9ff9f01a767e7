#include "lerl/eval/coverage.h"

#include <gmock/gmock.h>

#include "lerl/eval/eval_testing.h"

namespace lerl {
namespace {

TEST(Coverage, HoldsEachShownItemOncePerSession) {
  const Dataset dataset = DatasetOf({{0}, {0}, {0}, {0}}, 1, 2);
  const SessionValues values = Coverage(LogOf({{{2, 0}, {0, 1}}, {{2, 1}}}, 1), {dataset, {}});
  EXPECT_THAT(values.sets,
              testing::ElementsAre(testing::ElementsAre(0, 1, 2), testing::ElementsAre(1, 2)));
  EXPECT_EQ(values.universe, 4);
}

}  // namespace
}  // namespace lerl
