#pragma once
// Lists of labels that a language model writes ("B, A, D"): the grammar that constrains them, and
// their reading.

#include <span>
#include <string>
#include <vector>

namespace lerl {

// GBNF: one to `longest` labels, separated by commas, and nothing else.
std::string PlanGrammar(std::span<const std::string> labels, int longest);

struct ParsedPlan {
  std::vector<int> labels;  // indices into the labels, each once, in the order written
  std::string error;        // why the answer is invalid; empty if it is whole
  int repeated = 0;         // labels that stood there more than once
};

// Labels are separated by commas or white space; anything that is no label makes the answer
// invalid, and so does an answer without any. What was read before the fault is kept.
ParsedPlan ParsePlan(const std::string& text, std::span<const std::string> labels);

}  // namespace lerl
