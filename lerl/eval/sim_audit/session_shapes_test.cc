#include "lerl/eval/sim_audit/session_shapes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

constexpr int64_t kMinute = 60'000;

// One user with four rows of the items 0 to 3, of which the third comes two days later. Items 0 and
// 1 carry category 0, the others category 1.
Dataset FourRows() {
  Dataset dataset;
  dataset.name = "four rows";
  dataset.behaviours = {"like"};
  dataset.categories = {"a", "b"};
  dataset.user_ids = {"u"};
  dataset.item_ids = {"0", "1", "2", "3"};
  dataset.item_titles = std::vector<std::string>(4);
  dataset.category_offsets = Column<int64_t>(std::vector<int64_t>{0, 1, 2, 3, 4});
  dataset.category_ids = Column<int32_t>(std::vector<int32_t>{0, 0, 1, 1});
  dataset.user_offsets = Column<int64_t>(std::vector<int64_t>{0, 4});
  dataset.items = Column<int32_t>(std::vector<int32_t>{0, 1, 2, 3});
  dataset.times_ms = Column<int64_t>(std::vector<int64_t>{0, 20 * kMinute, 2 * 24 * 60 * kMinute,
                                                          2 * 24 * 60 * kMinute + kMinute});
  dataset.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 0, 1, 1})};
  return dataset;
}

Split SplitOf() {
  Split split;
  split.train_end = {2};
  split.valid_end = {3};
  return split;
}

TEST(SessionShapes, OfALogAreSittingsInSlates) {
  const SessionShapes shapes = ShapesOfLog(FourRows(), SplitOf(), {0}, 1);
  EXPECT_EQ(shapes.lengths, (ValuesByUser{{2, 2}}));
  EXPECT_EQ(shapes.days, (ValuesByUser{{2}}));
  EXPECT_EQ(shapes.repeats, (ValuesByUser{{1, 1}}));  // each sitting stays in its category
  EXPECT_EQ(shapes.entropies, (ValuesByUser{{}}));    // no sitting has 3 slates
  // The rows after training: items 2 and 3, both liked. Of 4 items by training rows the order is
  // 0, 1, 2, 3, so that they stand in the tenths 5 and 7.
  EXPECT_EQ(shapes.tenths, (ValuesByUser{{11, 15}}));
}

TEST(SessionShapes, AShortLastSlateCountsForTheLengthAlone) {
  const SessionShapes shapes = ShapesOfLog(FourRows(), SplitOf(), {0}, 3);
  EXPECT_EQ(shapes.lengths, (ValuesByUser{{1, 1}}));
  EXPECT_EQ(shapes.repeats, (ValuesByUser{{}}));
}

TEST(SessionShapes, OfPlayAreVisitsWithTheirDays) {
  SessionLog log;
  log.Resize(1, 3, 1, 2, 0);
  log.length = {3};
  log.items = {0, 2, 3};
  log.responses = {1, 0, 1};
  log.return_days = {0, 4, 0};
  const SessionShapes shapes = ShapesOfPlay({log, log}, FourRows(), SplitOf());
  EXPECT_EQ(shapes.lengths, (ValuesByUser{{2, 1, 2, 1}}));
  EXPECT_EQ(shapes.days, (ValuesByUser{{4, 4}}));
  EXPECT_EQ(shapes.tenths, (ValuesByUser{{1, 10, 15, 1, 10, 15}}));
}

// Simulated: tenth 0 with likes of 1/2, tenth 1 with 1. Log: tenth 0 with 1, tenth 1 with 1, twice
// as many items in tenth 0. The gap is (2/3) 1/2 + (1/3) 0; all likes differ by 1 - 3/4.
TEST(SessionShapes, GapsOfLikesByHand) {
  SessionShapes play, log;
  play.tenths = {{0, 1, 3, 3}};
  log.tenths = {{1, 1, 3}};
  play.lengths = play.repeats = play.entropies = {{1}};
  log.lengths = log.repeats = log.entropies = {{3}};
  const std::vector<AuditFigure> figures = CompareShapes(play, log, false);
  ASSERT_EQ(figures.size(), 8u);
  EXPECT_DOUBLE_EQ(figures[0].value->mean, 1);  // KS of lengths 1 and 3
  EXPECT_DOUBLE_EQ(figures[1].value->mean, 2);
  EXPECT_NEAR(figures[4].value->mean, 2.0 / 3 - 0.5, 1e-12);
  EXPECT_NEAR(figures[6].value->mean, 1.0 / 3, 1e-12);
  EXPECT_NEAR(figures[7].value->mean, 0.25, 1e-12);
  EXPECT_FALSE(figures[0].decides);
}

TEST(SessionShapes, WithoutASessionToCompareThereIsNoLight) {
  const SessionShapes nothing{
      .lengths = {{}}, .repeats = {{}}, .entropies = {{}}, .tenths = {{}}, .days = {{}}};
  for (const AuditFigure& figure : CompareShapes(nothing, nothing, true)) {
    EXPECT_EQ(figure.light(), Light::kNone);
    EXPECT_NE(figure.note.find("nothing to compare"), std::string::npos);
  }
}

}  // namespace
}  // namespace lerl
