#pragma once
// A wish: what a user says in words that they feel like in a visit ("something that makes me laugh,
// nothing with war"). It comes from people, so it is data and nothing else: it is checked here, and
// made safe once more where it stands in a prompt (planner/llm/prompt.h).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lerl {

inline constexpr size_t kLongestWish = 300;  // characters (code points)

// What is wrong with a wish, and what to do, as the end of a message; "" if nothing is. Wrong are a
// text that is empty or blank, one of more than kLongestWish characters, and one that is no UTF-8.
// Control characters are no fault: CheckedWish makes spaces of them.
std::string WishProblem(std::string_view text);

// The wish on one line, without blanks at its ends. Throws Error(kUsage) for a wish with a problem;
// the message begins with `where`, such as "--wish".
std::string CheckedWish(const std::string& where, std::string_view text);

// The words of a text in small letters, in order: runs of letters, digits and bytes of other
// alphabets. A hyphen or an apostrophe within a word belongs to it.
std::vector<std::string> WordsOf(std::string_view text);

struct PlacedWord {
  std::string word{};         // in small letters
  size_t begin = 0, end = 0;  // bytes [begin, end) of the text
};
// The same words, with where they stand.
std::vector<PlacedWord> PlacedWordsOf(std::string_view text);

// Whether a text of three words or more has hardly a word that the phrasings
// (wishes/phrasings.h) know: fewer than one in four. Such a wish is in another language, or about
// something else. It is kept and counted.
bool LooksForeign(std::string_view text);

}  // namespace lerl
