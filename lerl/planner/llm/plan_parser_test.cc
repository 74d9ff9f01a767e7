#include "lerl/planner/llm/plan_parser.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::ElementsAre;

const std::vector<std::string> kPlanParserTestLabels = {"A", "B", "C"};

TEST(PlanParser, ReadsLabelsInTheOrderWritten) {
  const ParsedPlan plan = ParsePlan("C, A", kPlanParserTestLabels);
  EXPECT_THAT(plan.labels, ElementsAre(2, 0));
  EXPECT_EQ(plan.error, "");
}

TEST(PlanParser, TakesARepeatedLabelOnceAndCountsIt) {
  const ParsedPlan plan = ParsePlan(" B,B\nC ", kPlanParserTestLabels);
  EXPECT_THAT(plan.labels, ElementsAre(1, 2));
  EXPECT_EQ(plan.repeated, 1);
}

TEST(PlanParser, SaysWhatIsWrong) {
  EXPECT_EQ(ParsePlan("", kPlanParserTestLabels).error, "invalid answer: empty");
  EXPECT_EQ(ParsePlan(" , ,\n", kPlanParserTestLabels).error, "invalid answer: empty");
  EXPECT_EQ(ParsePlan("Drama", kPlanParserTestLabels).error, "invalid answer: not a label");
  const ParsedPlan plan = ParsePlan("A, the best one", kPlanParserTestLabels);
  EXPECT_EQ(plan.error, "invalid answer: not a label");
  EXPECT_THAT(plan.labels, ElementsAre(0));
}

TEST(PlanParser, GrammarNamesEveryLabel) {
  EXPECT_EQ(PlanGrammar(kPlanParserTestLabels, 3),
            "root ::= label (\", \" label){0,2}\nlabel ::= \"A\" | \"B\" | \"C\"\n");
}

}  // namespace
}  // namespace lerl
