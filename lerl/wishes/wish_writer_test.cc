#include "lerl/wishes/wish_writer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// Twelve films of the category War, of which every second one is a Comedy too.
Dataset WarFilms() {
  Dataset data;
  data.behaviours = {"like"};
  data.categories = {"Comedy", "War", "Tea"};
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> ids;
  for (int i = 0; i < 12; ++i) {
    data.item_ids.push_back("i" + std::to_string(i));
    data.item_titles.push_back("War number " + std::to_string(i) + " (1995)");
    if (i % 2 == 1) ids.push_back(0);
    ids.push_back(1);
    offsets.push_back(static_cast<int64_t>(ids.size()));
  }
  data.category_offsets = offsets;
  data.category_ids = ids;
  data.user_ids = {"u"};
  data.user_offsets = std::vector<int64_t>{0, 3};
  data.items = std::vector<int32_t>{4, 4, 3};
  data.times_ms = std::vector<int64_t>{1, 2, 3};
  data.responses = {std::vector<uint8_t>{1, 1, 1}};
  return data;
}
Split AllRows() {
  Split split;
  split.train_end = {3};
  split.valid_end = {3};
  return split;
}

TEST(SpokenTitle, IsATitleAsOneSaysIt) {
  EXPECT_EQ(SpokenTitle("Toy Story (1995)"), "Toy Story");
  EXPECT_EQ(SpokenTitle("Godfather, The"), "The Godfather");
  EXPECT_EQ(SpokenTitle("Nuit américaine, La (1973)"), "La Nuit américaine");
  EXPECT_EQ(SpokenTitle("Speed"), "Speed");
}

TEST(WithTypos, SlipsOnceInEveryLongWordAtAShareOfOne) {
  Rng rng(1);
  const std::string text = WithTypos("no war, nothing with soldiers", 1, rng);
  const std::vector<std::string> words = WordsOf(text), before = {"no", "war"};
  ASSERT_EQ(words.size(), 5U);
  EXPECT_EQ(words[0], "no");
  EXPECT_EQ(words[1], "war");
  EXPECT_NE(words[2], "nothing");
  EXPECT_LE(7 - std::ssize(words[2]), 1);
  EXPECT_EQ(words[2].front(), 'n');
  EXPECT_EQ(WithTypos("soldiers", 0, rng), "soldiers");
}

TEST(WishWriter, NamesTheBestKnownTitlesOfThePurestItems) {
  const Dataset data = WarFilms();
  const WishWriter writer(data, AllRows());
  std::vector<std::string> all = writer.Titles(1, PhrasingPart::kLearning);
  for (const std::string& title : writer.Titles(1, PhrasingPart::kHeldOut)) {
    EXPECT_TRUE(IsHeldOutTitle(title));
    EXPECT_THAT(all, ::testing::Not(Contains(title)));
    all.push_back(title);
  }
  EXPECT_EQ(all.size(), 12U);
  // Item 4 is of War alone and has the most rows; item 3 leads those that are comedies as well.
  for (const PhrasingPart part : {PhrasingPart::kLearning, PhrasingPart::kHeldOut}) {
    const auto& titles = writer.Titles(1, part);
    if (IsHeldOutTitle("War number 4") == (part == PhrasingPart::kHeldOut)) {
      EXPECT_EQ(titles.front(), "War number 4");
    }
  }
  EXPECT_TRUE(writer.Titles(2, PhrasingPart::kLearning).empty());
}

TEST(WishWriter, SaysWhatIsAskedForAndWhatIsRefusedFromItsOwnPart) {
  const Dataset data = WarFilms();
  const WishWriter writer(data, AllRows());
  const WishCategories subject = {.up = {0}, .down = 1};
  const auto phrase_of = [](const std::string& text, const std::vector<std::string>& phrases) {
    return std::ranges::any_of(phrases, [&](std::string phrase) {
      const std::string small = SmallLetters(text);
      return small.find(SmallLetters(std::move(phrase))) != std::string::npos;
    });
  };
  for (const PhrasingPart part : {PhrasingPart::kLearning, PhrasingPart::kHeldOut}) {
    const Phrasings bank = PartOf(BuiltInPhrasings(), part);
    Rng rng(3);
    for (int i = 0; i < 200; ++i) {
      const std::string text = writer.Write(subject, part, {.titles = 0}, rng);
      EXPECT_TRUE(phrase_of(text, bank.of_category.at("Comedy").up)) << text;
      EXPECT_TRUE(phrase_of(text, bank.of_category.at("War").down)) << text;
      EXPECT_EQ(WishProblem(text), "") << text;
      EXPECT_TRUE(text.ends_with('.') || text.ends_with('?')) << text;
    }
  }
}

TEST(WishWriter, IsAFunctionOfItsDrawsAndHasManySentences) {
  const Dataset data = WarFilms();
  const WishWriter writer(data, AllRows());
  const WishCategories subject = {.up = {1, 2}, .down = 0};
  Rng one(5), again(5), other(6);
  std::set<std::string> seen;
  for (int i = 0; i < 300; ++i) {
    const std::string text = writer.Write(subject, PhrasingPart::kLearning, {.typos = 0.1}, one);
    EXPECT_EQ(text, writer.Write(subject, PhrasingPart::kLearning, {.typos = 0.1}, again));
    seen.insert(text);
  }
  EXPECT_GT(seen.size(), 280U);
  Rng plain(1);
  EXPECT_THAT(writer.Write({.up = {2}}, PhrasingPart::kLearning, {}, plain), HasSubstr("Tea"));
}

}  // namespace
}  // namespace lerl
