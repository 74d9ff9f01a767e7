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

TEST(SplitCategories, ReadsSetsTuplesAndArraysOfNumpy) {
  for (const char* field : {"{'Action', 'Sci Fi'}", "('Action', 'Sci Fi')", "['Action' 'Sci Fi']",
                            "['Action'\n 'Sci Fi']", "array(['Action', 'Sci Fi'], dtype=object)",
                            "array(['Action', 'Sci Fi'])", "[np.str_('Action'), np.str_('Sci Fi')]",
                            "(\"Action\", 'Sci Fi',)"})
    EXPECT_THAT(SplitCategories(field, "|"), ElementsAre("Action", "Sci Fi")) << field;
  EXPECT_THAT(SplitCategories("[1 2\n 3]", "|"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(SplitCategories("('Action',)", "|"), ElementsAre("Action"));
  EXPECT_THAT(SplitCategories("{'Action'}", ","), ElementsAre("Action"));
  EXPECT_THAT(SplitCategories("(500) Days", "|"), ElementsAre("(500) Days"));
  EXPECT_THAT(SplitCategories("(drama)", "|"), ElementsAre("(drama)"));
}

TEST(SplitCategories, ReadsListsWithoutQuotesAndListsInQuotesOnceMore) {
  for (const char* separator : {"|", ",", ", "}) {
    EXPECT_THAT(SplitCategories("[Action, Sci Fi]", separator), ElementsAre("Action", "Sci Fi"));
    EXPECT_THAT(SplitCategories("{Action,\"Sci Fi\"}", separator), ElementsAre("Action", "Sci Fi"));
  }
  EXPECT_THAT(SplitCategories("{\"Sci Fi, old\",Action}", "|"),
              ElementsAre("Sci Fi, old", "Action"));
  EXPECT_THAT(SplitCategories(R"("[""Action"", ""Horror""]")", "|"),
              ElementsAre("Action", "Horror"));
  EXPECT_THAT(SplitCategories(R"("[\"Action\", \"Horror\"]")", "|"),
              ElementsAre("Action", "Horror"));
}

TEST(SplitCategories, ObjectsOfTextsGiveTheTexts) {
  EXPECT_THAT(SplitCategories(R"([{"genre": "Action"}, {"genre": "Horror"}])", "|"),
              ElementsAre("Action", "Horror"));
  EXPECT_THAT(SplitCategories(R"([{"id": "28", "description": "Action"}])", "|"),
              ElementsAre("Action"));
  EXPECT_THAT(SplitCategories(R"({"Action": "yes", "Drama": "no"})", "|"), ElementsAre("Action"));
}

TEST(SplitCategories, AListThatCouldNotBeReadIsKnownByItsBeginning) {
  for (const char* broken :
       {"['Action', 'Horror'", "[{'name'", "{\"Action\"", "('a', 'b'", "[Action"})
    EXPECT_TRUE(LooksLikeAList(broken)) << broken;
  for (const char* good : {"Action", "[18+]", "(500) Days", "[", "[18+] Drama"})
    EXPECT_FALSE(LooksLikeAList(good)) << good;
}

TEST(SplitCategories, KnowsWhatStandsForNone) {
  for (const char* none :
       {"", " ", "nan", "NaN", "null", "None", "N/A", "\\N", "(no genres listed)", "NONE", "NA",
        "na", "<NA>", "-", "(none)", "(No Genres Listed)", "['nan']", "[None]", "||"})
    EXPECT_THAT(SplitCategories(none, "|"), IsEmpty()) << none;
  EXPECT_THAT(SplitCategories("unknown", "|"), ElementsAre("unknown"));  // a genre of MovieLens
}

TEST(SplitCategories, ReadsWhatOnlyBeginsLikeAListByItsSeparators) {
  EXPECT_THAT(SplitCategories("[a|b]", "|"), ElementsAre("[a", "b]"));
  EXPECT_THAT(SplitCategories("['a|b]", "|"), ElementsAre("['a", "b]"));
}

}  // namespace
}  // namespace lerl
