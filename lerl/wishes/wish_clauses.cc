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
constexpr std::array<std::string_view, 10> kPhrases = {
    "tired of",     "enough",    "done with", "had it with", "spare me",
    "anything but", "leave out", "leave the", "rather not",  "did not care"};
constexpr std::array<std::string_view, 4> kBefore = {"and", "but", "only", "so"};
constexpr std::array<std::string_view, 3> kEmpty = {"don't mind", "anything goes",
                                                    "easy to please"};

bool HoldsWord(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || text[at - 1] == ' ') && (end == text.size() || text[end] == ' ')) return true;
  }
  return false;
}

template <typename List>
bool HoldsAnyOf(std::string_view text, const List& list) {
  return std::ranges::any_of(list, [&](std::string_view word) { return HoldsWord(text, word); });
}

template <typename List>
bool IsOneOf(std::string_view word, const List& list) {
  return std::ranges::find(list, word) != list.end();
}

void AddClause(const std::string& text, std::vector<WishClause>& clauses) {
  if (text.empty() || HoldsAnyOf(text, kEmpty)) return;
  clauses.push_back({text, HoldsAnyOf(text, kRefusals) || HoldsAnyOf(text, kPhrases)});
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
        AddClause(std::string(Trimmed(clause)), clauses);
        clause.clear();
      }
      clause += (clause.empty() ? "" : " ") + word;
      before = word;
    }
    AddClause(clause, clauses);
    begin = end + 1;
  }
  return clauses;
}

}  // namespace lerl
