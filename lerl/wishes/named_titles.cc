#include "lerl/wishes/named_titles.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/wishes/wish_text.h"
#include "lerl/wishes/wish_writer.h"

namespace lerl {
namespace {

// Whether a word that begins with this byte may be the first or the last of a title.
bool BeginsName(char byte) {
  const auto b = static_cast<unsigned char>(byte);
  return b >= 0x80 || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
}

bool BeginsSentence(std::string_view text, size_t at) {
  const std::string_view before = Trimmed(text.substr(0, at));
  return before.empty() || before.ends_with('.') || before.ends_with('?') || before.ends_with('!');
}

}  // namespace

NamedTitles::NamedTitles(const Dataset& dataset) {
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    const auto of_item = dataset.CategoriesOf(item);
    const std::vector<std::string> words = WordsOf(SpokenTitle(dataset.item_titles[At(item)]));
    if (of_item.empty() || words.empty()) continue;
    std::string key;
    for (const std::string& word : words) key += (key.empty() ? "" : " ") + word;
    std::vector<int32_t>& categories = categories_of_[key];
    categories.insert(categories.end(), of_item.begin(), of_item.end());
    std::ranges::sort(categories);
    const auto doubled = std::ranges::unique(categories);
    categories.erase(doubled.begin(), doubled.end());
    longest_ = std::max(longest_, words.size());
  }
}

std::vector<NamedTitle> NamedTitles::Find(std::string_view text) const {
  const std::vector<PlacedWord> words = PlacedWordsOf(text);
  std::vector<NamedTitle> found;
  for (size_t first = 0; first < words.size();) {
    size_t last = first;  // of the longest title that begins here
    const std::vector<int32_t>* categories = nullptr;
    std::string key;
    if (BeginsName(text[words[first].begin]))
      for (size_t i = first; i < std::min(words.size(), first + longest_); ++i) {
        key += (key.empty() ? "" : " ") + words[i].word;
        const auto title = categories_of_.find(key);
        if (title == categories_of_.end() || !BeginsName(text[words[i].begin])) continue;
        if (i == first && BeginsSentence(text, words[i].begin)) continue;
        last = i, categories = &title->second;
      }
    if (categories != nullptr) found.push_back({words[first].begin, words[last].end, *categories});
    first = last + 1;
  }
  return found;
}

}  // namespace lerl
