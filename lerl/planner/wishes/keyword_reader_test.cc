#include "lerl/planner/wishes/keyword_reader.h"

#include <gmock/gmock.h>

#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Action, Comedy, Drama, Western.
WishScores ByWords(const std::string& wish) {
  return MakeKeywordReader(TinyDataset())->Read({&wish, 1}).at(0);
}

TEST(KeywordReader, FindsNamesAndTheirWordsAndHeedsRefusals) {
  EXPECT_THAT(ByWords("something light and funny, no cowboys"), ElementsAre(0, 1, 0, -1));
  EXPECT_THAT(ByWords("A DRAMA!"), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(ByWords("I am tired of action"), ElementsAre(-1, 0, 0, 0));
  EXPECT_THAT(ByWords("a western. But no westerns"), ElementsAre(0, 0, 0, -1));
  EXPECT_THAT(ByWords("delightful melodramatic interactions"), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(ByWords("etwas Lustiges"), ElementsAre(0, 0, 0, 0));
}

TEST(KeywordReader, KnowsCategoriesOfOtherCataloguesByTheirNames) {
  Dataset shop = TinyDataset();
  shop.categories = {"Garden tools", "Tea", "???", "Books"};
  const std::string wish = "some tea, and no garden tools";
  EXPECT_THAT(MakeKeywordReader(shop)->Read({&wish, 1}).at(0), ElementsAre(-1, 1, 0, 0));
}

}  // namespace
}  // namespace lerl
