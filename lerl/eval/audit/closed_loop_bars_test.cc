#include "lerl/eval/audit/closed_loop_bars.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

TEST(ClosedLoopBars, ChooseTheirReferencesByWhatTheseKnow) {
  const std::vector<ClosedLoopBar> bars = JudgeClosedLoop(LoopRows(11)).bars;
  ASSERT_EQ(bars.size(), 3U);
  EXPECT_EQ(bars[0].number, 2);
  EXPECT_EQ(bars[0].reference, "learned");
  EXPECT_NEAR(bars[0].figure.mean, 0, 1e-9);
  EXPECT_NEAR(bars[0].at, -0.22, 1e-9);
  EXPECT_EQ(bars[1].number, 3);
  EXPECT_EQ(bars[1].reference, "round_robin");
  EXPECT_NEAR(bars[1].figure.mean, (11.0 - 10) / (13 - 10), 1e-9);
  EXPECT_EQ(bars[2].number, 4);
  EXPECT_EQ(bars[2].reference, "learned");
}

TEST(ClosedLoopBars, AreJudgedFromEnoughSeedsAndUsersOn) {
  for (const ClosedLoopBar& bar : JudgeClosedLoop(LoopRows(12)).bars) EXPECT_FALSE(bar.holds);
  for (const ClosedLoopBar& bar : JudgeClosedLoop(Enough(LoopRows(12))).bars)
    EXPECT_TRUE(bar.holds.value()) << bar.number;
  for (const ClosedLoopBar& bar : JudgeClosedLoop(Enough(LoopRows(10.5))).bars)
    EXPECT_FALSE(bar.holds.value()) << bar.number;
}

TEST(ClosedLoopBars, AScriptedModelMustBeBetterNotJustNonInferior) {
  std::vector<ClosedLoopRow> rows = LoopRows(11);
  ClosedLoopRow scripted = LoopRow({kColdTask, 1}, "llm_grounded", 11);
  scripted.nu = kScriptedNu;
  rows.push_back(scripted);
  const ClosedLoopBar bar = JudgeClosedLoop(Enough(rows)).bars.back();
  EXPECT_EQ(bar.nu, kScriptedNu);
  EXPECT_EQ(bar.at, 0);
  EXPECT_FALSE(bar.holds.value());
}

TEST(ClosedLoopBars, WhereTheOracleIsNoBetterThereIsNoGapToClose) {
  std::vector<ClosedLoopRow> rows = LoopRows(9);
  for (ClosedLoopRow& row : rows)
    if (row.oracle) row = LoopRow(row.setting, "oracle", 8);
  EXPECT_FALSE(JudgeClosedLoop(Enough(rows)).bars[1].holds.value());
}

TEST(ClosedLoopBars, WithoutThePlannersThatTheyNeedThereAreNone) {
  const auto none = [](std::vector<std::string> planners) {
    std::vector<ClosedLoopRow> rows = LoopRows(11);
    std::erase_if(rows, [&](const ClosedLoopRow& row) {
      return std::ranges::find(planners, row.planner) == planners.end();
    });
    return JudgeClosedLoop(rows).bars.size();
  };
  EXPECT_EQ(none({"llm_grounded"}), 0);
  EXPECT_EQ(none({"learned", "round_robin"}), 0);
  EXPECT_EQ(none({"llm_grounded", "learned"}), 2) << "bars 2 and 4";
}

TEST(ClosedLoopBars, HoldOverTheFamilyNotEachAlone) {
  // A bar of 2.3 standard errors, first alone with its gain, then among those of many settings.
  const auto noisy = [](ClosedLoopRow row, double reward) {
    SessionValues values;
    for (int user = 0; user < 100; ++user)
      values.numerator.push_back(reward + (user % 2 == 0 ? 1 : -1));
    row.reward = MakeCrossedTable({values, values, values, values, values});
    return row;
  };
  const ClosedLoopSetting cold{kColdTask, 1};
  std::vector<ClosedLoopRow> few = {Enough({LoopRow(cold, "learned", 11)})[0],
                                    noisy(LoopRow(cold, "llm_grounded", 11), 11 - 0.22 + 0.23)};
  const ClosedLoopClaims alone = JudgeClosedLoop(few);
  ASSERT_EQ(alone.family, 2);
  EXPECT_TRUE(alone.bars[0].holds.value()) << alone.bars[0].p;
  for (int64_t plan_size = 2; plan_size <= 4; ++plan_size) {
    few.push_back(Enough({LoopRow({kColdTask, plan_size}, "learned", 11)})[0]);
    few.push_back(noisy(LoopRow({kColdTask, plan_size}, "llm_grounded", 11), 11));
  }
  const ClosedLoopClaims many = JudgeClosedLoop(few);
  ASSERT_EQ(many.family, 8);
  EXPECT_GT(many.bars[0].figure.low, many.bars[0].at) << "the interval, which is not corrected";
  EXPECT_FALSE(many.bars[0].holds.value()) << many.bars[0].p;
}

TEST(ModelGains, SayWhetherTheModelAddsToTheHead) {
  EXPECT_FALSE(JudgeClosedLoop(LoopRows(12)).gains[0].test);
  const auto verdict = [](double grounded) {
    return JudgeClosedLoop(Enough(LoopRows(grounded))).gains[0].test->verdict;
  };
  EXPECT_EQ(verdict(11), Verdict::kSame);
  EXPECT_EQ(verdict(10), Verdict::kWorse);
  EXPECT_EQ(verdict(12), Verdict::kBetter);
  const ClosedLoopClaims claims = JudgeClosedLoop(Enough(LoopRows(12)));
  EXPECT_EQ(claims.family, 6) << "three bars, three gains";
  EXPECT_NEAR(claims.gains[0].difference.mean, 1, 1e-9);
  EXPECT_EQ(claims.gains[0].weight, 0.25);
}

}  // namespace
}  // namespace lerl
