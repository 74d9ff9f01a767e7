#include "lerl/wishes/wish_clauses.h"

#include <algorithm>
#include <array>

#include "lerl/base/printable.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

constexpr std::string_view kMarks = ",.;:?!()";
constexpr std::array<std::string_view, 10> kRefusals = {
    "no", "not", "nothing", "nobody", "without", "never", "don't", "can't", "cannot", "nor"};
constexpr std::array<std::string_view, 13> kPhrases = {
    "tired of",      "enough",      "done with", "had it with", "spare me",
    "anything but",  "leave out",   "leave the", "rather not",  "did not care",
    "walked out of", "too old for", "too tired"};
constexpr std::array<std::string_view, 5> kRelatives = {"who", "whose", "that", "which", "where"};
constexpr std::array<std::string_view, 4> kBefore = {"and", "but", "only", "so"};
constexpr std::array<std::string_view, 4> kJoins = {"and why not", "and also", "mixed with", "or"};
constexpr std::array<std::string_view, 5> kEmpty = {"don't mind", "anything goes", "easy to please",
                                                    "surprise me", "whatever you show me"};

// Where the word or phrase stands in the text, whose words are separated by single blanks; npos: it
// does not.
size_t FindWord(std::string_view text, std::string_view word, size_t from = 0) {
  for (size_t at = text.find(word, from); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || text[at - 1] == ' ') && (end == text.size() || text[end] == ' ')) return at;
  }
  return std::string_view::npos;
}

template <typename List>
size_t FindFirstOf(std::string_view text, const List& list) {
  size_t first = std::string_view::npos;
  for (const std::string_view word : list) first = std::min(first, FindWord(text, word));
  return first;
}

template <typename List>
bool IsOneOf(std::string_view word, const List& list) {
  return std::ranges::find(list, word) != list.end();
}

// What a relative clause denies ("spies who trust nobody") is asked for with the rest.
bool Refuses(std::string_view text) {
  const size_t refusal = std::min(FindFirstOf(text, kRefusals), FindFirstOf(text, kPhrases));
  return refusal != std::string_view::npos && refusal < FindFirstOf(text, kRelatives);
}

// Adds the parts of a text between words that join. What one part refuses, those after it do, too.
void AddClauses(std::string_view text, std::vector<WishClause>& clauses) {
  bool refuses = false;
  while (!text.empty()) {
    size_t end = text.size(), next = text.size();
    for (const std::string_view join : kJoins) {
      const size_t at = FindWord(text, join);
      if (at < end) end = at, next = at + join.size();
    }
    const std::string_view part = Trimmed(text.substr(0, end));
    text = Trimmed(text.substr(next));
    if (part.empty() || part == "please" || FindFirstOf(part, kEmpty) != std::string_view::npos)
      continue;
    refuses = refuses || Refuses(part);
    clauses.push_back({std::string(part), refuses});
  }
}

}  // namespace

std::vector<WishClause> ClausesOf(std::string_view wish) {
  std::vector<WishClause> clauses;
  for (size_t begin = 0; begin < wish.size();) {
    const size_t end = std::min(wish.find_first_of(kMarks, begin), wish.size());
    std::string clause, before;
    for (const std::string& word : WordsOf(wish.substr(begin, end - begin))) {
      if (IsOneOf(word, kRefusals) && IsOneOf(before, kBefore)) {
        // What the clause before ends with joins the two and belongs to neither.
        clause.resize(clause.size() - before.size());
        AddClauses(Trimmed(clause), clauses);
        clause.clear();
      }
      clause += (clause.empty() ? "" : " ") + word;
      before = word;
    }
    AddClauses(clause, clauses);
    begin = end + 1;
  }
  return clauses;
}

}  // namespace lerl
