#include "lerl/eval/off_policy/log_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(NameNumbers, CountsInTheOrderOfFirstSight) {
  NameNumbers names({"b"});
  EXPECT_EQ(names.Of("a"), 1);
  EXPECT_EQ(names.Of("b"), 0);
  EXPECT_THAT(names.names(), ElementsAre("b", "a"));
}

class Probabilities : public testing::Test {
 protected:
  // Reads the only column of these lines.
  void Read(ProbabilityColumn& column, const std::string& lines) {
    Table table(folder_.Write("log.csv", "p\n" + lines));
    while (table.Next()) column.Read(table, 0);
  }
  std::string FaultOf(const std::string& lines, bool above_0) {
    ProbabilityColumn column("mu", above_0);
    return ErrorOf(ErrorKind::kData, [&] { Read(column, lines); });
  }
  TestFolder folder_;
};

TEST_F(Probabilities, OfTheLoggedAction) {
  ProbabilityColumn column("pi", false);
  Read(column, "0\n.25\n1\n");
  const JudgedPolicy policy = column.Finish({0, 0, 0}, 1, {2, 0}, "log.csv");
  EXPECT_THAT(policy.of_logged, ElementsAre(1, 0));
  EXPECT_FALSE(policy.knows_all());
}

TEST_F(Probabilities, OfAllActionsAreKeptOnce) {
  ProbabilityColumn column("pi", false);
  Read(column, "\"[0.25, 0.75]\"\n0.5 0.5\n\"[0.25, 0.75]\"\n");
  const JudgedPolicy policy = column.Finish({1, 0, 0}, 2, {0, 1, 2}, "log.csv");
  EXPECT_EQ(policy.distributions.size(), 2u);
  EXPECT_THAT(policy.of_logged, ElementsAre(.75, .5, .25));
  EXPECT_THAT(ErrorOf(ErrorKind::kData,
                      [&] {
                        column.Finish({1, 0, 0}, 3, {0}, "log.csv");
                      }),
              HasSubstr("a list has 2 probabilities, and there are 3 actions"));
}

TEST_F(Probabilities, WrongOnesAreNamedWithTheirPlace) {
  EXPECT_THAT(FaultOf("0.5\n0\n", true), HasSubstr("log.csv:3"));
  EXPECT_THAT(FaultOf("0.5\n0\n", true), HasSubstr("is 0, and must be above 0"));
  EXPECT_THAT(FaultOf("1.5\n", true), HasSubstr("is 1.5, and must be above 0"));
  EXPECT_THAT(FaultOf("-0.1\n", false), HasSubstr("must lie in [0, 1]"));
  EXPECT_THAT(FaultOf("nan\n", true), HasSubstr("is no probability"));
  EXPECT_THAT(FaultOf("0.5 0.4\n", true), HasSubstr("sum to 0.9"));
  EXPECT_THAT(FaultOf("0.5 x\n", true), HasSubstr("'x' in the list"));
}

TEST(ContextColumn, TextsAreIndicatorsAndNumbersStandardised) {
  ContextColumn text;
  for (const char* value : {"a", "b", "a"}) text.Read(value);
  size_t width = 0;
  EXPECT_THAT(text.Finish({0, 1, 2}, width), ElementsAre(1, 0, 0, 1, 1, 0));
  EXPECT_EQ(width, 2u);
  ContextColumn numbers;
  std::vector<int64_t> kept;
  for (int n = 0; n <= 40; ++n) {
    numbers.Read(std::to_string(n));
    kept.push_back(n);
  }
  const std::vector<double> column = numbers.Finish(kept, width);
  EXPECT_EQ(width, 1u);
  EXPECT_NEAR(column[20], 0, 1e-12);
  EXPECT_NEAR(column[40], 20 / std::sqrt(140.0), 1e-12);  // the variance of 0 .. 40 is 140
}

}  // namespace
}  // namespace lerl
