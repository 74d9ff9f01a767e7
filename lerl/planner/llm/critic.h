#pragma once
// The high-level critic, LERL (arXiv 2601.19585): when a session ends, the language model reads its
// statistics and writes one sentence of advice, the reflection. Facts are taken from the session
// that ended (LERL's public code reads the session of the user who comes after it).
//
// What it writes is checked against the facts: a reflection that names a category which its session
// did not show is wrong. Expected failures are values: a wrong, empty, cut-off or repeated
// reflection is dropped and counted.

#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/llm/backend.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/llm/reflection_pool.h"
#include "lerl/planner/planner.h"

namespace lerl {

// What the model is told: length, return, the categories planned and shown most and how they were
// received, and the largest drop of reward between two steps with what was shown there. `names` [C]
// are safe.
std::string DescribeSession(const Dataset& dataset, std::span<const std::string> names,
                            const EndedSession& session);

// The category that a text names, as a whole word of `names` [C] in capital or small letters, and
// the session did not show; empty if there is none.
std::string UnshownCategory(const std::string& text, const Dataset& dataset,
                            std::span<const std::string> names, const EndedSession& session);

struct Reflections {
  std::vector<Reflection> kept;
  std::vector<std::string> dropped;  // reasons
};

// One reflection per session, at most `longest_tokens` tokens.
Reflections WriteReflections(LlmBackend& backend, const PromptTemplates& templates,
                             const Dataset& dataset, std::span<const std::string> names,
                             std::span<const EndedSession> sessions, int longest_tokens);

// The first sentence of an answer, made safe; empty, with the reason, if there is none.
std::string FirstSentence(const Completion& answer, std::string& reason);

}  // namespace lerl
