#include "lerl/eval/audit/listening_table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

ListeningOutcome Outcome() {
  ListeningOutcome outcome{.users = 94, .seeds = 5, .learned = {10, 9, 11}, .levels = {}};
  ListeningLevel helps{.errors = {}, .always = {2, 1, 3}, .gated = {1.5, 0.5, 2.5}};
  helps.always_test.verdict = helps.gated_test.verdict = Verdict::kBetter;
  helps.alignment = 6, helps.weight = 0.4;
  ListeningLevel harms{.errors = {.share = 0.6, .systematic = true}, .always = {-2, -3, -1}};
  harms.always_test.verdict = Verdict::kWorse, harms.gated_test.verdict = Verdict::kSame;
  outcome.levels = {helps, harms};
  outcome.mistaken_break_even = 0.3;
  outcome.right_side = 1;
  return outcome;
}

TEST(ListeningText, SaysWhereListeningPaysAndWhatTheGateDoes) {
  const std::string text = ListeningText(Outcome());
  for (const char* says :
       {"94 validation users, 5 seeds; R_cum of learned 10.00 [9.00, 11.00]",
        " +2.00 [ +1.00,  +3.00] better", "60% mistaken", " -2.00 [ -3.00,  -1.00] worse",
        "Break-even: none up to 60% corrupted, 30% mistaken.", "above 2.5", "at 100% of the levels",
        "4 tests"})
    EXPECT_NE(text.find(says), std::string::npos) << says << "\n" << text;
}

TEST(ListeningJson, HasEachLevelWithItsTests) {
  const nlohmann::json json = ListeningJson(Outcome());
  EXPECT_EQ(json.at("held_out"), "validation");
  EXPECT_EQ(json.at("family"), 4);
  EXPECT_TRUE(json.at("break_even").at("corrupted").is_null());
  EXPECT_EQ(json.at("break_even").at("mistaken"), 0.3);
  const nlohmann::json& harms = json.at("levels").at(1);
  EXPECT_EQ(harms.at("share"), 0.6);
  EXPECT_EQ(harms.at("systematic"), true);
  EXPECT_EQ(harms.at("always").at("gain").at("low"), -3);
  EXPECT_EQ(harms.at("gated").at("test").at("verdict"), "the same");
}

}  // namespace
}  // namespace lerl
