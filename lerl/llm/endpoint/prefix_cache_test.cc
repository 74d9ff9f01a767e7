#include "lerl/llm/endpoint/prefix_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace lerl {
namespace {

std::string Blocks(const std::string& letters) {
  std::string prompt;
  for (const char letter : letters) prompt += std::string(kPrefixBlockBytes, letter);
  return prompt;
}

TEST(PrefixBlocks, AreThoseOfTheSharedBeginning) {
  const auto abc = PrefixBlocks(Blocks("abc")), abd = PrefixBlocks(Blocks("abd") + "rest");
  ASSERT_EQ(abc.size(), 3U);
  ASSERT_EQ(abd.size(), 3U);  // the short last block is left out
  EXPECT_EQ(abc[0], abd[0]);
  EXPECT_EQ(abc[1], abd[1]);
  EXPECT_NE(abc[2], abd[2]);
  EXPECT_TRUE(PrefixBlocks("short").empty());
}

TEST(PrefixBlocks, NameABlockTogetherWithAllBeforeIt) {
  EXPECT_NE(PrefixBlocks(Blocks("ab"))[1], PrefixBlocks(Blocks("bb"))[1]);
  EXPECT_NE(PrefixBlocks(Blocks("aa"))[0], PrefixBlocks(Blocks("aa"))[1]);
}

TEST(PrefixCache, KnowsWhatWasSentFromItsBeginningOn) {
  PrefixCache cache(100);
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("abc"))), 0);
  cache.Add(PrefixBlocks(Blocks("abc")));
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("abc"))), 3);
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("abx"))), 2);
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("xbc"))), 0);
  cache.Clear();
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("abc"))), 0);
  EXPECT_EQ(cache.size(), 0);
}

TEST(PrefixCache, ForgetsTheEndOfTheLeastRecentPromptFirst) {
  PrefixCache cache(4);
  cache.Add(PrefixBlocks(Blocks("ab")));
  cache.Add(PrefixBlocks(Blocks("cde")));  // five blocks, of which four are kept
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("ab"))), 1);
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("cde"))), 3);
  cache.Add(PrefixBlocks(Blocks("a")));  // is the latest now
  cache.Resize(2);
  EXPECT_EQ(cache.size(), 2);
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("a"))), 1);
  EXPECT_EQ(cache.Known(PrefixBlocks(Blocks("cde"))), 1);
}

}  // namespace
}  // namespace lerl
