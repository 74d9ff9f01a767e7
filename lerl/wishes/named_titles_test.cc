#include "lerl/wishes/named_titles.h"

#include <gmock/gmock.h>

#include "lerl/base/index.h"

namespace lerl {
namespace {

// Finds titles in a catalogue of four items of three categories, of which the last has none.
std::string Found(const std::string& wish) {
  Dataset data;
  data.categories = {"A", "B", "C"};
  data.item_ids = {"0", "1", "2", "3"};
  data.item_titles = {"Good, the Bad and the Ugly, The (1966)", "Scream", "scream", "Nothing Said"};
  data.category_offsets = std::vector<int64_t>{0, 1, 3, 4, 4};
  data.category_ids = std::vector<int32_t>{2, 0, 1, 1};
  std::string text;
  for (const NamedTitle& title : NamedTitles(data).Find(wish)) {
    text += wish.substr(title.begin, title.end - title.begin) + ":";
    for (const int32_t category : title.categories) text += data.categories[At(category)];
    text += "|";
  }
  return text;
}

TEST(NamedTitles, AreFoundAsTheyAreSpoken) {
  EXPECT_EQ(Found("more of the kind of The Good, the Bad and the Ugly, please"),
            "The Good, the Bad and the Ugly:C|");
  // Two items have this title.
  EXPECT_EQ(Found("Something like Scream, not another Scream"), "Scream:AB|Scream:AB|");
}

TEST(NamedTitles, AreNoOtherWords) {
  for (const char* wish :
       {"a good scream", "Scream or cry", "The Good, the Bad", "Nothing Said", ""})
    EXPECT_EQ(Found(wish), "") << wish;
  EXPECT_EQ(Found("Scream? Scream! No Scream"), "Scream:AB|");
}

}  // namespace
}  // namespace lerl
