#include "lerl/eval/metrics/latent_found.h"

#include <gmock/gmock.h>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(LatentFound, CountsLatentInterestsInWhichSomethingWasLiked) {
  const Dataset dataset = DatasetOf({{0}, {1}, {2}, {3}}, 4, 1);
  const Split split = EmptySplit(dataset);
  SessionLog log = LogOf({{{0, 1}, {2, 3}}}, 4);
  EXPECT_TRUE(LatentFound(log, {dataset, split}).empty());
  log.AddTruth();
  EXPECT_TRUE(LatentFound(log, {dataset, split}).empty());  // nobody has a latent interest
  // Category 0 is known, 1 is disliked, 2 was found, 3 was shown and not liked.
  log.truth.latent = {0, 1, 1, 1};
  log.truth.interest = {2, -1, 1, 0.5f, 0, 0, 0, 0};
  log.responses = {1, 1, 1, 0};
  const SessionValues values = LatentFound(log, {dataset, split});
  EXPECT_THAT(values.numerator, ElementsAre(1));
  EXPECT_THAT(values.denominator, ElementsAre(2));
}

}  // namespace
}  // namespace lerl
