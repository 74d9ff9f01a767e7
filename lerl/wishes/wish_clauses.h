#pragma once
// The clauses of a wish, each of which asks for something or refuses it: "something light and
// funny" and "no war films". Readers of wishes that can't tell the two apart by themselves, such as
// words and sentence embeddings, read clause by clause.
//
// A clause ends at a comma, a full stop or another mark, and before a word of refusal that follows
// "and", "but", "only" or "so". It refuses where it has a word or a phrase of refusal ("no",
// "without", "tired of", ...). English alone.

#include <string>
#include <string_view>
#include <vector>

namespace lerl {

struct WishClause {
  std::string text;      // in small letters, its words separated by single blanks
  bool refuses = false;  // what it names is not wanted
};

// In order, without those that say nothing ("I don't mind what").
std::vector<WishClause> ClausesOf(std::string_view wish);

}  // namespace lerl
