#include "lerl/eval/audit/closed_loop_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

TEST(ClosedLoopTable, NamesEveryRowAndEveryBar) {
  const nlohmann::json json = ClosedLoopJson(LoopRows(12));
  ASSERT_EQ(json["rows"].size(), 18U);
  EXPECT_EQ(json["rows"][0]["planner"], "round_robin");
  EXPECT_EQ(json["rows"][0]["plan_size"], 1);
  EXPECT_NEAR(json["rows"][0]["metrics"]["R_cum"]["mean"].get<double>(), 10, 1e-9);
  ASSERT_EQ(json["bars"].size(), 3U);
  EXPECT_EQ(json["bars"][0]["bar"], 2);
  EXPECT_TRUE(json["bars"][0]["holds"].is_null());
  EXPECT_EQ(json["model_gains"][2]["weight"], 0.25);
  EXPECT_EQ(json["family"], 0);
  const nlohmann::json judged = ClosedLoopJson(Enough(LoopRows(12)));
  EXPECT_EQ(judged["family"], 6);
  EXPECT_EQ(judged["model_gains"][0]["test"]["verdict"], "better");
  EXPECT_LT(judged["bars"][0]["p_corrected"].get<double>(), 0.05);
}

TEST(ClosedLoopTable, SaysWhatHoldsAndWhatTheModelAdds) {
  EXPECT_THAT(ClosedLoopText(LoopRows(12)),
              HasSubstr("bar (3) evolving, plan size 1: llm_grounded, share of the gap from "
                        "round_robin to oracle:"));
  EXPECT_THAT(ClosedLoopText(LoopRows(12)), HasSubstr("not judged"));
  EXPECT_THAT(ClosedLoopText(LoopRows(12)),
              HasSubstr("bars and gains are judged from 5 seeds x 50 users on"));
  const std::string text = ClosedLoopText(Enough(LoopRows(12)));
  EXPECT_THAT(text, HasSubstr("w 0.25: the language model adds to the head"));
  EXPECT_THAT(text, HasSubstr("to lie above 0.333: holds (p "));
  EXPECT_THAT(text, HasSubstr("The 6 verdicts on bars and gains follow from paired tests, one "
                              "family, corrected by Holm's"));
  EXPECT_THAT(ClosedLoopText(Enough(LoopRows(11))), HasSubstr("the same as the head within 2%"));
}

}  // namespace
}  // namespace lerl
