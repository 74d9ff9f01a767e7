#pragma once
// What a language model writes around its answer, and lists in the forms in which models write
// them.

#include <optional>
#include <string>
#include <vector>

namespace lerl {

// Returns the text without the parts in which a model thinks: <think>...</think> and the same by
// other models' tags, and what stands before the last channel "final" where the text has channels.
// A part that was never opened begins with the text, and one that is never closed ends with it.
std::string WithoutThinking(const std::string& text);

// The entries of a list, each without blanks around it. A list is
//   JSON     ["B", "A"], or an object with one list in it and nothing else, {"list": ["B", "A"]},
//            under a name that says that it is the answer (kAnswerNames); also as the one fenced
//            block of a text
//   plain    B, A     entries between commas and line breaks, of which none is empty
//   marked   1. B     an entry a line, of which each begins with its number from 1, or with a dash
// Nothing is returned where a text is JSON of another shape, such as {"avoid": ["B"]}, has several
// fenced blocks, or is empty. Prose is a plain list of entries that are no labels: the caller
// compares.
std::optional<std::vector<std::string>> ListEntries(const std::string& text);

// Returns a list as "B, A", and any other text as it is, without its thinking.
std::string PlainList(const std::string& text);

}  // namespace lerl
