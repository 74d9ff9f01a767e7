#include "lerl/eval/metrics/latent_found.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Four latent interests, one item of each; the n-th slate shows the n-th items, all of them liked.
SessionValues FoundBy(const std::vector<std::vector<int32_t>>& slates) {
  const Dataset dataset = DatasetOf({{0}, {1}, {2}, {3}}, 4, 1);
  SessionLog log = LogOf({slates}, 4);
  log.AddTruth();
  log.truth.latent = {1, 1, 1, 1};
  std::ranges::fill(log.truth.interest, 1.0f);
  std::ranges::fill(log.responses, 1u);
  return LatentFound(log, {dataset, EmptySplit(dataset)});
}

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
  EXPECT_THAT(values.denominator, ElementsAre(2 + 2));  // both steps could find either of the two
}

TEST(LatentFound, CountsTheStepsInWhichAnInterestWasStillToBeFound) {
  const SessionValues values = FoundBy({{0, 0}, {1, 0}, {1, 0}});
  EXPECT_THAT(values.numerator, ElementsAre(2));
  EXPECT_THAT(values.denominator, ElementsAre(1 + 2 + 3 + 3));
}

TEST(LatentFound, DoesNotGrowWithTheLengthOfASession) {
  // Every step finds half of what is still to be found: 2 of 4, then 1 of 2.
  const SessionValues once = FoundBy({{0, 1}}), twice = FoundBy({{0, 1}, {2, 2}});
  EXPECT_EQ(once.numerator[0] / once.denominator[0], 2.0 / 4);
  EXPECT_EQ(twice.numerator[0] / twice.denominator[0], 3.0 / (4 + 2));
  // Steps after everything has been found change nothing.
  const SessionValues all = FoundBy({{0, 1}, {2, 3}}), longer = FoundBy({{0, 1}, {2, 3}, {0, 1}});
  EXPECT_EQ(all.denominator, longer.denominator);
}

}  // namespace
}  // namespace lerl
