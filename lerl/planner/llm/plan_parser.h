#pragma once
// Lists of labels that a language model writes ("B, A, D"): the grammar that the model is bound to,
// and how a list is read.

#include <span>
#include <string>
#include <vector>

namespace lerl {

// The grammar (GBNF, llama.cpp's notation) of one to `longest` labels, separated by commas, and
// nothing else.
std::string PlanGrammar(std::span<const std::string> labels, int longest);

struct ParsedPlan {
  std::vector<int> labels;  // indices into the labels, each once, in the order written
  std::string error;        // why the answer is invalid; empty for a valid one
  int repeated = 0;         // repetitions that were left out
};

// Reads labels that are separated by commas or white space. An answer is invalid if it has anything
// else in it or no label at all; the labels before the fault are kept.
ParsedPlan ParsePlan(const std::string& text, std::span<const std::string> labels);

}  // namespace lerl
