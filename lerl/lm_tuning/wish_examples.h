#pragma once
// What a language model learns to read wishes from: clauses of sentences that users of the task
// `evolving` say (sim/evolving/cravings.h), each with the categories that it names.
//
//   q_c = 1/n   for the n categories that the sentence asks for, where the clause asks
//       = 1     for the category that it refuses, where the clause refuses
//       = 0     for all others
//
// Where a sentence begins at every kNobodys-th example, nobody's wish (kNoWish) with q_c = 1/C
// stands before it. The reader subtracts its answer (planner/wishes/model_reader.h), which is to
// say nothing then.
//
// Sentences are written in the phrasings and titles to learn from (wishes/phrasings.h). Test users
// and sealed users speak in others. The prompt is the reader's own, in `orders` orders of names.
//
// Axes: C categories.

#include "lerl/lm_tuning/tuning_examples.h"

namespace lerl {

inline constexpr int64_t kNobodys = 32;

// Adds `options.examples` examples, and their questions, to a set. Cravings are those of the
// configuration, or of one or two categories and against another where it has none. Throws
// Error(kConfig) where the data set has too few categories for cravings.
void AddWishExamples(const World& world, const RunConfig& config, LlmBackend& backend,
                     const ExampleOptions& options, TuningSet& set);

}  // namespace lerl
