#include "lerl/eval/audit/closed_loop_bars.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

TEST(ClosedLoopBars, ChooseTheirReferencesByWhatTheseKnow) {
  const std::vector<ClosedLoopBar> bars = ClosedLoopBars(LoopRows(11));
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
  for (const ClosedLoopBar& bar : ClosedLoopBars(LoopRows(12))) EXPECT_FALSE(bar.holds);
  for (const ClosedLoopBar& bar : ClosedLoopBars(Enough(LoopRows(12))))
    EXPECT_TRUE(bar.holds.value()) << bar.number;
  for (const ClosedLoopBar& bar : ClosedLoopBars(Enough(LoopRows(10.5))))
    EXPECT_FALSE(bar.holds.value()) << bar.number;
}

TEST(ClosedLoopBars, AScriptedModelMustBeBetterNotJustNonInferior) {
  std::vector<ClosedLoopRow> rows = LoopRows(11);
  ClosedLoopRow scripted = LoopRow({kColdTask, 1}, "llm_grounded", 11);
  scripted.nu = kScriptedNu;
  rows.push_back(scripted);
  const ClosedLoopBar bar = ClosedLoopBars(Enough(rows)).back();
  EXPECT_EQ(bar.nu, kScriptedNu);
  EXPECT_EQ(bar.at, 0);
  EXPECT_FALSE(bar.holds.value());
}

TEST(ClosedLoopBars, WhereTheOracleIsNoBetterThereIsNoGapToClose) {
  std::vector<ClosedLoopRow> rows = LoopRows(9);
  for (ClosedLoopRow& row : rows)
    if (row.oracle) row = LoopRow(row.setting, "oracle", 8);
  EXPECT_FALSE(ClosedLoopBars(Enough(rows))[1].holds.value());
}

TEST(ClosedLoopBars, WithoutThePlannersThatTheyNeedThereAreNone) {
  const auto none = [](std::vector<std::string> planners) {
    std::vector<ClosedLoopRow> rows = LoopRows(11);
    std::erase_if(rows, [&](const ClosedLoopRow& row) {
      return std::ranges::find(planners, row.planner) == planners.end();
    });
    return ClosedLoopBars(rows).size();
  };
  EXPECT_EQ(none({"llm_grounded"}), 0);
  EXPECT_EQ(none({"learned", "round_robin"}), 0);
  EXPECT_EQ(none({"llm_grounded", "learned"}), 2) << "bars 2 and 4";
}

TEST(ModelGains, SayWhetherTheModelAddsToTheHead) {
  EXPECT_FALSE(ModelGains(LoopRows(12))[0].adds);
  EXPECT_FALSE(ModelGains(Enough(LoopRows(11)))[0].adds.value());
  const ModelGain gain = ModelGains(Enough(LoopRows(12)))[0];
  EXPECT_TRUE(gain.adds.value());
  EXPECT_NEAR(gain.difference.mean, 1, 1e-9);
  EXPECT_EQ(gain.weight, 0.25);
}

}  // namespace
}  // namespace lerl
