#pragma once
// The plan table: what a language model says of every coarse state, asked once and looked up from
// then on. So every plan in training and in evaluation is the model's own answer for the very
// state, whatever the model's size. A language model over pairs of interests with such a table
// serves a large video platform (arXiv 2405.16363).
//
//   states   AllCoarseStates of `planner.llm.state`: pairs or triples (planner/llm/coarse_state.h)
//   file     scores [states, C] with the model, the prompt and the categories that they belong to;
//            with an endpoint that does not list all labels also how many are missing, [states]
//
// The file is written every kKeptTogether answers, so that an interrupted run goes on from there.
// Several processes may want the same table: one makes it, and the others wait for it.
//
// Axes: C categories.

#include <filesystem>
#include <string>

#include "lerl/planner/llm/plan_answers.h"

namespace lerl {

inline constexpr int64_t kKeptTogether = 256;

struct PlanTableInfo {
  std::filesystem::path file;
  int64_t states = 0;
  int64_t answered = 0;  // states that have an answer
  int64_t asked = 0;     // of these, asked for just now
};

// Where the table for the present prompt of `answers` is kept: the setting `table`, or a file in
// the cache that is named by data set, model and prompt.
std::filesystem::path PlanTablePath(const LlmPlannerConfig& config, const PlanAnswers& answers,
                                    const std::string& dataset);

// Gives `answers` the answer for every coarse state: from the file, and where that has none from
// the model, which the file then keeps. Shows progress while the model is asked. A stop request
// ends it early; the next call goes on from there. Throws Error(kData) when the file belongs to
// another model, prompt or data set, and Error(kUnusable) when the model gives no answer to a
// state, or none that can be read in `planner.llm.tries` tries.
PlanTableInfo FillFromTable(const LlmPlannerConfig& config, const std::string& dataset,
                            PlanAnswers& answers);

}  // namespace lerl
