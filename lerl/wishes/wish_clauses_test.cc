#include "lerl/wishes/wish_clauses.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

std::string Shown(std::string_view wish) {
  std::string text;
  for (const WishClause& clause : ClausesOf(wish))
    text += (clause.refuses ? "-" : "+") + clause.text + "|";
  return text;
}

TEST(WishClauses, AskOrRefuse) {
  EXPECT_EQ(Shown("Something light and funny, no war films."),
            "+something light and funny|-no war films|");
  EXPECT_EQ(Shown("I am tired of dark films"), "-i am tired of dark films|");
  EXPECT_EQ(Shown("A comedy and nothing with war but no kids"),
            "+a comedy|-nothing with war|-no kids|");
  EXPECT_EQ(Shown("I want notebooks"), "+i want notebooks|");
  EXPECT_EQ(Shown("I don't mind what, but not another platoon"), "-not another platoon|");
  EXPECT_EQ(Shown(" ... "), "");
  EXPECT_EQ(Shown("Surprise me; please no clues"), "-please no clues|");
}

TEST(WishClauses, EndWhereTwoAreJoined) {
  EXPECT_EQ(Shown("a western or a comedy"), "+a western|+a comedy|");
  EXPECT_EQ(Shown("Dragons mixed with songs, and why not a war film?"),
            "+dragons|+songs|+a war film|");
  EXPECT_EQ(Shown("a comedy, no dragons or wizards"), "+a comedy|-no dragons|-wizards|");
  EXPECT_EQ(Shown("something for orphans"), "+something for orphans|");
  EXPECT_EQ(Shown("or"), "");
}

TEST(WishClauses, AskForWhatARelativeClauseDenies) {
  EXPECT_EQ(Shown("spies who trust nobody, nothing for kids"),
            "+spies who trust nobody|-nothing for kids|");
  EXPECT_EQ(Shown("nothing that has no end"), "-nothing that has no end|");
}

}  // namespace
}  // namespace lerl
