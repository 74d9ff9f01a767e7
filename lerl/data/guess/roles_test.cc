#include "lerl/data/guess/roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace lerl {
namespace {

SampleColumn Holding(const std::string& name, const std::vector<std::string>& values) {
  return {.name = name,
          .values = values,
          .distinct = std::set<std::string>(values.begin(), values.end()).size()};
}

FileSample Of(const std::vector<SampleColumn>& columns) {
  FileSample sample;
  sample.columns = columns;
  sample.rows = columns[0].values.size();
  return sample;
}

TEST(Roles, NamesAreComparedWithoutCaseAndMarks) {
  const FileSample sample =
      Of({Holding("User-ID", {"1"}), Holding("parent_asin", {"2"}), Holding("asin", {"3"})});
  EXPECT_EQ(ColumnOfRole(sample, Role::kUser)->name, "User-ID");
  EXPECT_EQ(ColumnOfRole(sample, Role::kItem)->name, "parent_asin");
  EXPECT_EQ(ColumnOfRole(sample, Role::kTime), nullptr);
}

TEST(Roles, TimesAreOfTheUnitThatMakesAllOfThemLikely) {
  const auto unit = [](const std::vector<std::string>& values) {
    const auto guess = GuessTime(Holding("t", values));
    return guess ? guess->unit + guess->pattern : "none";
  };
  EXPECT_EQ(unit({"1600000000", "1600000001"}), "s");
  EXPECT_EQ(unit({"1600000000000"}), "ms");
  EXPECT_EQ(unit({"2020-10-12T10:00:00Z", "2020-10-12"}), "iso");
  EXPECT_EQ(unit({"20201012"}), "yyyymmdd");
  EXPECT_EQ(unit({"02/03/2020", "25/03/2020"}), "%d/%m/%Y");
  EXPECT_EQ(unit({"Wed Mar 22 11:37:04 -0700 2017"}), "%a %b %d %H:%M:%S %z %Y");
  EXPECT_EQ(unit({"12", "13"}), "none");
}

TEST(Roles, DatesThatTwoPatternsReadNameBoth) {
  const auto both = GuessTime(Holding("t", {"01/09/2020", "12/09/2020"}));
  EXPECT_EQ(both->pattern, "%m/%d/%Y");
  EXPECT_EQ(both->other, "%d/%m/%Y");
  EXPECT_EQ(GuessTime(Holding("t", {"01/09/2020", "13/09/2020"}))->pattern, "%d/%m/%Y");
  EXPECT_EQ(GuessTime(Holding("t", {"01/09/2020", "13/09/2020"}))->other, "");
  EXPECT_EQ(GuessTime(Holding("t", {"2020-09-13 10:00"}))->other, "");
}

TEST(Roles, SeparatorsOfCategoriesAreFoundInTheirValues) {
  const auto separator = [](const std::vector<std::string>& values) {
    const SampleColumn column = Holding("genres", values);
    return GuessCategorySeparator(Of({column}), column);
  };
  EXPECT_EQ(separator({"Action, Horror", "Drama"}), ",");
  EXPECT_EQ(separator({"Action; Sci-Fi", "Drama"}), ";");
  EXPECT_EQ(separator({"Action/Horror", "Drama"}), "/");
  EXPECT_EQ(separator({"Home > Kitchen", "Toys"}), " > ");
  EXPECT_EQ(separator({"['Action', 'Horror']", "('a', 'b')"}), "|");
}

TEST(Roles, RatingsAreCutWhereBothSidesHaveRows) {
  const auto cut = [](const std::vector<std::string>& values) {
    return GuessBehaviours(Of({Holding("rating", values)})).behaviours[0].at_least;
  };
  EXPECT_EQ(cut({"1", "4.5", "5"}), 4);
  EXPECT_EQ(cut({"0", "7", "10"}), 8);
  EXPECT_EQ(cut({"4", "5", "5"}), 5);
  EXPECT_EQ(cut({"10", "200", "3000"}), 200);
}

TEST(Roles, EventsYesOrNoAndNothingToTellThemBy) {
  const BehaviourGuess events =
      GuessBehaviours(Of({Holding("event", {"view", "transaction", "addtocart"})}));
  ASSERT_EQ(events.behaviours.size(), 2U);
  EXPECT_EQ(events.event, "event");
  EXPECT_EQ(events.behaviours[0].equals, "transaction");
  const BehaviourGuess click = GuessBehaviours(Of({Holding("is_click", {"True", "False"})}));
  EXPECT_EQ(click.behaviours[0].name, "click");
  EXPECT_EQ(click.behaviours[0].equals, "True");
  const BehaviourGuess none = GuessBehaviours(Of({Holding("user", {"1", "2"})}));
  EXPECT_TRUE(none.behaviours[0].every_row);
  EXPECT_EQ(none.negatives, 4);
}

}  // namespace
}  // namespace lerl
