#pragma once
// The clauses of a wish, each of which asks for something or refuses it: "something light and
// funny" and "no war films". Readers of wishes that can't tell the two apart by themselves, such as
// words and sentence embeddings, read clause by clause.
//
// A clause ends at a comma, a full stop or another mark, before a word of refusal that follows
// "and", "but", "only" or "so", and at a word that joins two ("or", "mixed with", ...). It refuses
// where it has a word or a phrase of refusal ("no", "without", "tired of", ...) before any relative
// pronoun: "spies who trust nobody" are asked for. "no dragons or wizards" refuses both.
//
// English alone. The rules were written by what users say in the phrasings to learn from
// (`lerl audit wishes`), where 1.6% of the sentences have a clause on the wrong side.

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
