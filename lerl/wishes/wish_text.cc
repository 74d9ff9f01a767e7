#include "lerl/wishes/wish_text.h"

#include <algorithm>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/printable.h"
#include "lerl/wishes/phrasings.h"

namespace lerl {
namespace {

constexpr size_t kFewestWords = 3;

bool IsLetter(char byte) {
  const auto b = static_cast<unsigned char>(byte);
  return b >= 0x80 || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}

void AddWords(const std::vector<std::string>& texts, std::set<std::string>& words) {
  for (const std::string& text : texts)
    for (std::string& word : WordsOf(text)) words.insert(std::move(word));
}

// Every word of the built-in phrasings.
const std::set<std::string>& KnownWords() {
  static const std::set<std::string> words = [] {
    std::set<std::string> known;
    const Phrasings& all = BuiltInPhrasings();
    for (const auto& [name, of] : all.of_category) {
      AddWords(of.words, known);
      AddWords(of.up, known);
      AddWords(of.down, known);
    }
    for (const auto* frames :
         {&all.title_up, &all.title_down, &all.two, &all.whole, &all.up_alone, &all.down_alone})
      AddWords(*frames, known);
    return known;
  }();
  return words;
}

}  // namespace

std::string WishProblem(std::string_view text) {
  if (!IsUtf8(text)) return "it is no UTF-8; send it in that encoding";
  if (Trimmed(WithoutControls(text)).empty())
    return "it is empty; say what the user feels like, or leave it out";
  // Every byte that goes on with no character begins one.
  const auto characters = std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; });
  if (characters > static_cast<std::ptrdiff_t>(kLongestWish))
    return "it has " + std::to_string(characters) + " characters, and " +
           std::to_string(kLongestWish) + " is the most; say it in one sentence";
  return "";
}

std::string CheckedWish(const std::string& where, std::string_view text) {
  const std::string problem = WishProblem(text);
  if (!problem.empty()) throw Error(ErrorKind::kUsage, where + ": " + problem);
  return std::string(Trimmed(WithoutControls(text)));
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (PlacedWord& placed : PlacedWordsOf(text)) words.push_back(std::move(placed.word));
  return words;
}

std::vector<PlacedWord> PlacedWordsOf(std::string_view text) {
  std::vector<PlacedWord> words;
  std::string word;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char byte = i < text.size() ? text[i] : ' ';
    const bool joins = (byte == '-' || byte == '\'') && !word.empty() && i + 1 < text.size() &&
                       IsLetter(text[i + 1]);
    if (IsLetter(byte) || joins) {
      word += byte;
    } else if (!word.empty()) {
      const size_t length = word.size();
      words.push_back({SmallLetters(std::move(word)), i - length, i});
      word.clear();
    }
  }
  return words;
}

bool LooksForeign(std::string_view text) {
  const std::vector<std::string> words = WordsOf(text);
  if (words.size() < kFewestWords) return false;
  const auto known = std::ranges::count_if(
      words, [](const std::string& word) { return KnownWords().contains(word); });
  return 4 * known < std::ssize(words);
}

}  // namespace lerl
