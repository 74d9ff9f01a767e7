#include "lerl/eval/metrics/novelty.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

// Three users: item 0 is liked by two of them (once twice), item 1 by one, item 2 only later.
TEST(Novelty, IsTheSurpriseOfMeetingAUserWhoLikesTheItem) {
  Dataset dataset = DatasetOf({{0}, {0}, {0}}, 1, 3);
  Split split;
  AddRows(dataset, split, {{{0, 1}, {0, 1}, {2, 1}}, {{0, 1}, {1, 0}}, {{1, 1}}}, 2);
  const SessionLog log = LogOf({{{0}}, {{2}, {1}}, {{1}, {0}}}, 1);
  const double zero = std::log2(4.0 / 3), one = std::log2(4.0 / 2), two = std::log2(4.0 / 1);
  EXPECT_THAT(Novelty(log, {dataset, split}).numerator,
              ElementsAre(DoubleEq(zero), DoubleEq((two + one) / 2), DoubleEq((one + zero) / 2)));
}

}  // namespace
}  // namespace lerl
