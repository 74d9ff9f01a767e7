#include "lerl/eval/run_scores.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/file.h"

namespace lerl {
namespace {

using nlohmann::json;

// Scores [R, T] with the values that they view.
struct Scores {
  explicit Scores(const json& rows) : tasks(std::ssize(rows[0])) {
    for (const json& row : rows)
      for (const json& value : row) values.push_back(value);
  }
  RunScores View() const {
    return {.runs = std::ssize(values) / tasks, .tasks = tasks, .values = values};
  }
  int64_t tasks;
  std::vector<double> values;
};

// Ends of two bootstraps of 2,000 and of 4,000 resamples differ by chance: an end has a standard
// deviation of some .06 and .04 of the figure's own, of which the interval is 3.9 wide. Four of
// them together are 7.5% of the width. Few runs give few distinct figures, whose steps (of U for
// P(X > Y)) come on top.
void ExpectInterval(const Interval& ours, const json& theirs, double step) {
  EXPECT_NEAR(ours.mean, theirs["mean"], 1e-12);
  const double width = theirs["high"].get<double>() - theirs["low"].get<double>();
  EXPECT_NEAR(ours.low, theirs["low"], 0.075 * width + step);
  EXPECT_NEAR(ours.high, theirs["high"], 0.075 * width + step);
}

TEST(RunScores, AgreeWithWhatRliableSays) {
  // Outputs of the library, made by tests/numerics/make_rliable.py.
  const json stored = json::parse(ReadFile("tests/numerics/rliable.json"));
  for (const json& written : stored["cases"]) {
    const Scores x(written["x"]), y(written["y"]);
    ExpectInterval(InterquartileMeanInterval(x.View()), written["iqm"], 0);
    const double pairs = static_cast<double>(x.View().runs * y.View().runs * x.tasks);
    ExpectInterval(ProbabilityOfImprovementInterval(x.View(), y.View()), written["improvement"],
                   1 / pairs);
  }
}

TEST(InterquartileMean, LeavesOutTheLowestAndTheHighestQuarter) {
  // 6 scores: one from each end.
  const std::vector<double> values = {100, 1, 2, 3, 4, -50};
  EXPECT_DOUBLE_EQ(InterquartileMean({.runs = 2, .tasks = 3, .values = values}), 2.5);
  EXPECT_DOUBLE_EQ(InterquartileMean({.runs = 1, .tasks = 3, .values = std::span(values).first(3)}),
                   103.0 / 3);
}

TEST(ProbabilityOfImprovement, CountsTiesAsHalf) {
  // Task 0: 1 > 0, 1 = 1, 3 > 0, 3 > 1 make 3.5 of 4; task 1: 0 < 5 in each.
  const std::vector<double> x = {1, 0, 3, 0}, y = {0, 5, 1, 5};
  const RunScores of_x{.runs = 2, .tasks = 2, .values = x},
      of_y{.runs = 2, .tasks = 2, .values = y};
  EXPECT_DOUBLE_EQ(ProbabilityOfImprovement(of_x, of_y), 3.5 / 8);
  EXPECT_DOUBLE_EQ(ProbabilityOfImprovement(of_y, of_x), 4.5 / 8);
  EXPECT_DOUBLE_EQ(ProbabilityOfImprovement(of_x, of_x), 0.5);
}

TEST(RunScores, OfOneRunHaveNoSpread) {
  const std::vector<double> values = {1, 2, 3, 4};
  const Interval interval = InterquartileMeanInterval({.runs = 1, .tasks = 4, .values = values});
  EXPECT_EQ(interval.low, interval.mean);
  EXPECT_EQ(interval.high, interval.mean);
}

TEST(RunScores, AreTheCellsOfATableOfSessions) {
  const CrossedTable table = MakeCrossedTable(
      {SessionValues{.numerator = {1, 2, 3}}, SessionValues{.numerator = {4, 5, 6}}});
  const RunScores scores = ScoresOf(table);
  EXPECT_EQ(scores.runs, 2);
  EXPECT_EQ(scores.tasks, 3);
  EXPECT_EQ(scores.values[3], 4);
}

}  // namespace
}  // namespace lerl
