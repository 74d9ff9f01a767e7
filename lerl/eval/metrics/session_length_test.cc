#include "lerl/eval/metrics/session_length.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

TEST(SessionLength, CountsTheStepsOfEachSession) {
  const Dataset dataset = DatasetOf({{0}, {1}}, 2, 2);
  const SessionLog log = LogOf({{{0}, {1}, {0}}, {{1}}}, 2);
  EXPECT_THAT(SessionLength(log, {dataset, {}}).numerator, testing::ElementsAre(3, 1));
}

}  // namespace
}  // namespace lerl
