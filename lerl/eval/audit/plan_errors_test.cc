#include "lerl/eval/audit/plan_errors.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/planner/planner.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Four categories with one item each, and two users. Everybody likes category 0 most; user 1 likes
// categories 2 and 3 alone.
class PlanErrors : public ::testing::Test {
 protected:
  PlanErrors() : dataset_(DatasetOf({{0}, {1}, {2}, {3}}, 4, 2)), split_(EmptySplit(dataset_)) {
    split_ = {};
    AddRows(dataset_, split_,
            {{{0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}},
             {{2, 1}, {2, 1}, {2, 1}, {3, 1}, {3, 1}, {1, 0}}},
            /*past=*/10);
    split_.train_users = {0, 1};
  }

  // A session of user 1 whose steps show one item each, rank `rankings` and like what `liked` says.
  SessionLog Session(const std::vector<std::vector<int16_t>>& rankings,
                     const std::vector<uint32_t>& liked) {
    std::vector<std::vector<int32_t>> slates;
    for (const auto& ranking : rankings) slates.push_back({ranking[0]});
    SessionLog log = LogOf({slates}, 4);
    log.user = {1};
    log.responses = liked;
    for (size_t t = 0; t < rankings.size(); ++t)
      std::ranges::copy(rankings[t], log.ranking.begin() + static_cast<std::ptrdiff_t>(4 * t));
    return log;
  }

  PlanErrorTally Tally(const SessionLog& log, int64_t plan_size = 1,
                       std::span<const WishCategories> wishes = {}) {
    return TallyPlanErrors(log, {.dataset = dataset_,
                                 .split = split_,
                                 .plan_size = plan_size,
                                 .decay = 0.5,
                                 .saturated = 1.2,
                                 .wishes = wishes});
  }

  // {steps with the error, steps in which it could be made}.
  static std::pair<double, double> Of(const PlanErrorTally& tally, PlanError error) {
    const SessionValues& values = tally.errors[static_cast<size_t>(error)];
    return {values.numerator[0], values.denominator[0]};
  }

  Dataset dataset_;
  Split split_;
};

using Pair = std::pair<double, double>;

TEST_F(PlanErrors, CountsFallbacks) {
  SessionLog log = Session({{0, 1, 2, 3}, {1, 0, 2, 3}}, {1, 1});
  log.origin = {static_cast<uint8_t>(PlanOrigin::kFallback), 0};
  EXPECT_EQ(Of(Tally(log), PlanError::kInvalid), Pair(1, 2));
}

TEST_F(PlanErrors, APlanIsStaleThatStaysAlthoughNothingPleased) {
  // Steps 1 and 3 follow a slate that did not please; of them step 1 keeps its plan.
  const SessionLog log =
      Session({{2, 0, 1, 3}, {2, 1, 0, 3}, {2, 0, 1, 3}, {3, 0, 1, 2}}, {0, 1, 0, 1});
  EXPECT_EQ(Of(Tally(log), PlanError::kStale), Pair(1, 2));
  // Of two categories the order does not matter: {2, 0} and {2, 1}, {2, 0} and {3, 0} differ.
  EXPECT_EQ(Of(Tally(log, 2), PlanError::kStale), Pair(0, 2));
}

TEST_F(PlanErrors, ASaturatedCategoryIsShownOftenAndPleasesNoMore) {
  // Exposure of 2 before each step: 0, 1, 1.5, 1.75. It pleased at step 1 and not at step 2.
  const SessionLog log =
      Session({{2, 0, 1, 3}, {2, 1, 0, 3}, {2, 0, 1, 3}, {2, 0, 1, 3}}, {1, 1, 0, 1});
  EXPECT_EQ(Of(Tally(log), PlanError::kSaturated), Pair(1, 1));
  const SessionLog other =
      Session({{2, 0, 1, 3}, {2, 1, 0, 3}, {2, 0, 1, 3}, {3, 0, 1, 2}}, {1, 1, 0, 1});
  EXPECT_EQ(Of(Tally(other), PlanError::kSaturated), Pair(0, 1));
}

TEST_F(PlanErrors, HistoryIsTheRowsAndTheSession) {
  // The user likes 2 and 3; after step 0 also 1.
  const SessionLog log = Session({{1, 0, 2, 3}, {1, 0, 2, 3}, {0, 1, 2, 3}}, {1, 0, 0});
  EXPECT_EQ(Of(Tally(log), PlanError::kHistory), Pair(2, 3));
}

TEST_F(PlanErrors, WhatEverybodyLikesIsAnErrorForThoseWhoDoNot) {
  const SessionLog log = Session({{0, 1, 2, 3}, {2, 0, 1, 3}}, {0, 0});
  EXPECT_EQ(Of(Tally(log), PlanError::kPopular), Pair(1, 2));
  SessionLog mainstream = log;
  mainstream.user = {0};
  EXPECT_EQ(Of(Tally(mainstream), PlanError::kPopular), Pair(0, 0));
}

TEST_F(PlanErrors, AWishIsHeededByWhatItAsksForAndNotByWhatItRefuses) {
  const SessionLog log = Session({{2, 0, 1, 3}, {0, 2, 1, 3}, {1, 2, 0, 3}}, {0, 0, 0});
  const std::vector<WishCategories> asks = {{.up = {2}}}, both = {{.up = {2, 0}, .down = 1}},
                                    nothing = {{}};
  EXPECT_EQ(Of(Tally(log, 1, asks), PlanError::kWish), Pair(2, 3));
  EXPECT_EQ(Of(Tally(log, 1, both), PlanError::kWish), Pair(1, 3));
  EXPECT_EQ(Of(Tally(log, 2, asks), PlanError::kWish), Pair(0, 3));
  EXPECT_EQ(Of(Tally(log, 1, nothing), PlanError::kWish), Pair(0, 0));
  EXPECT_EQ(Of(Tally(log), PlanError::kWish), Pair(0, 0));
}

TEST_F(PlanErrors, ALatentInterestIsMissedUntilItIsFound) {
  SessionLog log = Session({{2, 0, 1, 3}, {0, 2, 1, 3}, {2, 0, 1, 3}}, {1, 1, 1});
  EXPECT_TRUE(Tally(log).worth.empty());
  log.AddTruth();
  log.truth.latent = {1, 0, 0, 0};
  std::ranges::fill(log.truth.interest, 1.0F);
  log.truth.worth = {4, 1, 2, 0, 4, 1, 2, 0, 4, 1, 2, 0};
  const PlanErrorTally tally = Tally(log);
  // Missed at step 0, planned and found at step 1.
  EXPECT_EQ(Of(tally, PlanError::kMissesInterest), Pair(1, 2));
  EXPECT_THAT(tally.worth.numerator, ElementsAre(2 + 4 + 2));
  EXPECT_THAT(tally.worth.denominator, ElementsAre(4 + 4 + 4));
  // It is not worth planning while another is better.
  log.truth.worth[2] = 5;
  EXPECT_EQ(Of(Tally(log), PlanError::kMissesInterest), Pair(0, 1));
}

TEST_F(PlanErrors, TheFirstOfEachClassIsKept) {
  const SessionLog log = Session({{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}}, {0, 0, 0});
  EXPECT_THAT(
      Tally(log).faults,
      ElementsAre(PlanFault{PlanError::kHistory, 0, 0}, PlanFault{PlanError::kPopular, 0, 0},
                  PlanFault{PlanError::kStale, 0, 1}, PlanFault{PlanError::kSaturated, 0, 2}));
}

TEST_F(PlanErrors, WhoRanksNothingHasNoErrors) {
  SessionLog log = Session({{0, 1, 2, 3}}, {1});
  std::ranges::fill(log.ranking, int16_t{-1});
  EXPECT_THROW(Tally(log), Error);
}

}  // namespace
}  // namespace lerl
