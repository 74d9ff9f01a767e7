#include "lerl/eval/audit/wishes_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using ::testing::HasSubstr;

WishesOutcome Outcome() {
  WishesOutcome outcome{.held_out = HeldOut::kTest, .users = 2, .seeds = 2, .wishes = 4};
  WishesRow row{.label = "keywords", .planner = "wish_keywords", .seconds = 0.25};
  for (CrossedTable& table : row.figures)
    table = MakeCrossedTable({{.numerator = {1, 0}, .denominator = {1, 1}},
                              {.numerator = {1, 1}, .denominator = {1, 1}}});
  outcome.rows.push_back(row);
  return outcome;
}

TEST(WishesJson, HasEveryFigureWithItsInterval) {
  const nlohmann::json json = WishesJson(Outcome(), 3);
  EXPECT_EQ(json["phrasings"], "held-out");
  EXPECT_EQ(json["looks"], 3);
  EXPECT_EQ(json["rows"][0]["row"], "keywords");
  EXPECT_EQ(json["rows"][0]["seconds"], 0.25);
  for (const std::string_view name : kWishFigures)
    EXPECT_EQ(json["rows"][0][std::string(name)]["mean"], 0.75) << name;
}

TEST(WishesText, SaysWhoseWordsTheyAre) {
  const std::string text = WishesText(Outcome(), std::nullopt);
  EXPECT_THAT(text, HasSubstr("keywords          0.75 ["));
  EXPECT_THAT(text, HasSubstr("250.00"));
  EXPECT_THAT(text, HasSubstr("4 wishes of 2 test users under 2 seeds, in held-out phrasings."));
}

}  // namespace
}  // namespace lerl
