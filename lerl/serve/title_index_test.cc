#include "lerl/serve/title_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

// Words "a" and "b" of two texts. Terms of "a": the word and the trigram "^a$", each in one of two
// texts; "b" likewise. So "a a b" has x = (1 + log 2) r of two terms and r of two, r = log 3.
TEST(TitleIndex, CosinesAreThoseOfTheHeader) {
  const std::vector<std::string> texts = {"a", "b"};
  const TitleIndex index(texts);
  const std::vector<TitleMatch> matches = index.Nearest("A, a b!", 9);
  ASSERT_EQ(matches.size(), 2U);
  const double twice = 1 + std::log(2), length = std::sqrt(2 * twice * twice + 2);
  EXPECT_EQ(matches[0].text, 0);
  EXPECT_NEAR(matches[0].cosine, 2 * twice / std::sqrt(2) / length, 1e-6);
  EXPECT_NEAR(matches[1].cosine, 2 / std::sqrt(2) / length, 1e-6);
}

TEST(TitleIndex, FindsSequelsAndStemsBeforeOthers) {
  const std::vector<std::string> texts = {"Toy Story (1995)", "Batman (1989)",
                                          "Batman Forever (1995)", "Pulp Fiction (1994)"};
  const TitleIndex index(texts);
  EXPECT_THAT(index.Nearest("Batman & Robin (1997)", 2),
              testing::ElementsAre(testing::Field(&TitleMatch::text, 1),
                                   testing::Field(&TitleMatch::text, 2)));
  EXPECT_EQ(index.Nearest("stories", 1).at(0).text, 0);
  EXPECT_NEAR(index.Nearest("pulp FICTION (1994)", 1).at(0).cosine, 1, 1e-6);
}

TEST(TitleIndex, HasNothingLikeATextOfUnknownTermsOrOfNone) {
  const std::vector<std::string> texts = {"Toy Story", "",
                                          "Stra\xC3\x9F"
                                          "e"};
  const TitleIndex index(texts);
  EXPECT_THAT(index.Nearest("qqq xxx", 3), testing::IsEmpty());
  EXPECT_THAT(index.Nearest("", 3), testing::IsEmpty());
  EXPECT_THAT(index.Nearest("- ?", 3), testing::IsEmpty());
  EXPECT_EQ(index
                .Nearest("STRA\xC3\x9F"
                         "EN",
                         3)
                .at(0)
                .text,
            2);
  EXPECT_THAT(TitleIndex({}).Nearest("story", 3), testing::IsEmpty());
}

}  // namespace
}  // namespace lerl
