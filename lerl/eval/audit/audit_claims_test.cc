#include "lerl/eval/audit/audit_claims.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A hundred users under five seeds; users of even numbers score `spread` more, the others less.
AuditRow AuditClaimsTestRow(const std::string& planner, double ndcg, double spread = 0) {
  SessionValues values;
  for (int user = 0; user < 100; ++user)
    values.numerator.push_back(ndcg + (user % 2 == 0 ? spread : -spread));
  AuditRow row{.planner = planner};
  row.tables.emplace_back("NDCG@5", MakeCrossedTable({values, values, values, values, values}));
  return row;
}

AuditRow AuditClaimsTestModel(double ndcg, double spread = 0.01) {
  AuditRow row = AuditClaimsTestRow("llm", ndcg, spread);
  row.prompt_hash = "abc";
  return row;
}

TEST(AuditClaims, AreOfEveryRowAgainstEveryHeuristicAndOfTwoHeuristicsOnce) {
  const std::vector<AuditRow> rows = {AuditClaimsTestRow("random", 0.3),
                                      AuditClaimsTestRow("popularity", 0.7),
                                      AuditClaimsTestRow("own_history", 0.6),
                                      AuditClaimsTestRow("oracle", 0.9), AuditClaimsTestModel(0.5)};
  const AuditClaims judged = JudgeAudit(rows);
  EXPECT_EQ(judged.best, 1U);
  EXPECT_EQ(judged.claims.size(), 3U + 2 * 3U);
  EXPECT_EQ(judged.Find(4, 1)->test.family, 9);
  EXPECT_EQ(judged.Find(4, 1)->test.verdict, Verdict::kWorse);
  EXPECT_EQ(judged.Find(4, 0)->test.verdict, Verdict::kBetter);
  EXPECT_EQ(judged.Find(2, 0)->test.verdict, Verdict::kBetter) << "random is a reference";
  EXPECT_EQ(judged.Find(1, 0), nullptr) << "the best one is the reference";
  EXPECT_EQ(judged.Find(0, 1)->test.verdict, Verdict::kWorse);
  EXPECT_NEAR(judged.Find(4, 1)->difference.mean, -0.2, 0.01);
}

// A model that is better than one heuristic by 2.5 standard errors: alone the interval of the
// difference excludes 0.
std::vector<AuditRow> AuditClaimsTestNearlyBetter() {
  return {AuditClaimsTestRow("random", 0.3), AuditClaimsTestRow("own_history", 0.5),
          AuditClaimsTestModel(0.525, 0.1)};
}

TEST(AuditClaims, AmongFewTestsAModelIsBetter) {
  const std::vector<AuditRow> rows = AuditClaimsTestNearlyBetter();
  const AuditClaims judged = JudgeAudit(rows);
  EXPECT_EQ(judged.Find(2, 1)->test.verdict, Verdict::kBetter);
  EXPECT_THAT(AuditSentences(rows, judged), HasSubstr("llm is better than own_history"));
}

TEST(AuditClaims, SayNothingThatTheFamilyDoesNotBear) {
  std::vector<AuditRow> rows = AuditClaimsTestNearlyBetter();
  for (const char* planner : {"none", "popularity", "round_robin", "least_recent", "short_term"})
    rows.push_back(AuditClaimsTestRow(planner, 0.5));
  const AuditClaims judged = JudgeAudit(rows);
  EXPECT_GT(judged.Find(2, 1)->difference.low, 0);
  EXPECT_EQ(judged.Find(2, 1)->test.verdict, Verdict::kNoWorse);
  EXPECT_THAT(AuditSentences(rows, judged),
              HasSubstr("llm is not worse than own_history by 2% (+"));
}

TEST(AuditClaims, SentencesNameTheFamilyAndFollowFromItsVerdicts) {
  const std::vector<AuditRow> rows = {
      AuditClaimsTestRow("random", 0.3), AuditClaimsTestRow("popularity", 0.4999, 0.01),
      AuditClaimsTestRow("own_history", 0.5), AuditClaimsTestModel(0.4)};
  const std::string text = AuditSentences(rows, JudgeAudit(rows));
  EXPECT_THAT(text, HasSubstr("follow from 6 paired tests, every row against every heuristic, "
                              "corrected by Holm's method at 5%; intervals are not corrected."));
  EXPECT_THAT(text, HasSubstr("Of the heuristics own_history has the highest NDCG@5 (0.500), not "
                              "told apart from popularity."));
  EXPECT_THAT(text, HasSubstr(". llm is worse than own_history (-0.1"));
  EXPECT_THAT(text, HasSubstr(" and better than random (+0.1"));
}

TEST(AuditClaims, AModelWithinTheMarginIsTheSame) {
  const std::vector<AuditRow> rows = {AuditClaimsTestRow("random", 0.5), AuditClaimsTestModel(0.5)};
  const std::string text = AuditSentences(rows, JudgeAudit(rows));
  EXPECT_THAT(text, HasSubstr("follow from 1 paired tests"));
  EXPECT_THAT(text, HasSubstr("llm is the same as random within 2%"));
  EXPECT_THAT(text, Not(HasSubstr("and "))) << "random is the best heuristic: one comparison";
}

TEST(AuditClaims, OneRowAloneClaimsNothing) {
  const std::vector<AuditRow> rows = {AuditClaimsTestRow("random", 0.5)};
  EXPECT_EQ(AuditSentences(rows, JudgeAudit(rows)), "");
}

}  // namespace
}  // namespace lerl
