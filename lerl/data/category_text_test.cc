#include "lerl/data/category_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitCategories, TakesPartsBetweenSeparators) {
  EXPECT_THAT(SplitCategories("Action|Sci-Fi", "|"), ElementsAre("Action", "Sci-Fi"));
  EXPECT_THAT(SplitCategories(" a ;; b ", ";"), ElementsAre("a", "b"));
  EXPECT_THAT(SplitCategories("[18+]|b", "|"), ElementsAre("[18+]", "b"));
  EXPECT_THAT(SplitCategories("Food, Bars, Pubs", ", "), ElementsAre("Food", "Bars", "Pubs"));
}

TEST(SplitCategories, ReadsListsOfPythonAndOfJson) {
  EXPECT_THAT(SplitCategories("['Action', 'Horror']", "|"), ElementsAre("Action", "Horror"));
  EXPECT_THAT(SplitCategories(R"(["Action", "Children's"])", "|"),
              ElementsAre("Action", "Children's"));
  EXPECT_THAT(SplitCategories(R"(["Children's", 'Rock \'n\' Roll'])", "|"),
              ElementsAre("Children's", "Rock 'n' Roll"));
  EXPECT_THAT(SplitCategories("[3, 14]", "|"), ElementsAre("3", "14"));
  EXPECT_THAT(SplitCategories("[]", "|"), IsEmpty());
  EXPECT_THAT(SplitCategories("[['Books', 'Crime'], ['Books']]", "|"),
              ElementsAre("Books", "Crime", "Books"));
}

TEST(SplitCategories, ReadsObjectsWithNames) {
  EXPECT_THAT(SplitCategories("[{'id': 28, 'name': 'Action'}, {'id': None, 'name': 'Drama'}]", "|"),
              ElementsAre("Action", "Drama"));
  EXPECT_THAT(SplitCategories(R"({"id": 1, "name": "Action"})", "|"), ElementsAre("Action"));
  EXPECT_THAT(SplitCategories(R"({"Action": 1, "Drama": 0, "Horror": true, "War": null})", "|"),
              ElementsAre("Action", "Horror"));
}

TEST(SplitCategories, KnowsWhatStandsForNone) {
  for (const char* none : {"", " ", "nan", "NaN", "null", "None", "N/A", "\\N",
                           "(no genres listed)", "['nan']", "[None]", "||"})
    EXPECT_THAT(SplitCategories(none, "|"), IsEmpty()) << none;
  EXPECT_THAT(SplitCategories("unknown", "|"), ElementsAre("unknown"));  // a genre of MovieLens
}

TEST(SplitCategories, ReadsWhatOnlyBeginsLikeAListByItsSeparators) {
  EXPECT_THAT(SplitCategories("[a|b]", "|"), ElementsAre("[a", "b]"));
  EXPECT_THAT(SplitCategories("['a|b]", "|"), ElementsAre("['a", "b]"));
}

}  // namespace
}  // namespace lerl
