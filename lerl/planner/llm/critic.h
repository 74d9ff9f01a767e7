#pragma once
// The high-level critic of LERL (arXiv 2601.19585; docs/papers.md): when a session has ended, the
// language model reads its statistics and writes one sentence of advice, the reflection F_u.
//
// Difference from the public code: facts are those of the session that ended. The public code reads
// the session of the user who takes its place.
//
// Expected failures are values with a reason: a reflection is dropped when it is missing, empty or
// too long, when it is wrong, that is, when it names a category that its session did not show, and
// when it says nothing of its session (SaysSomethingOf), such as "A session has ended." The planner
// drops repeated ones and counts all reasons. What is kept of an answer goes through the backend's
// WithoutSecrets last.

#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/llm/backend.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/llm/reflection_pool.h"
#include "lerl/planner/planner.h"

namespace lerl {

// What the model is told of a session: its length and return, the categories that were planned and
// shown most and how they were received, and the largest drop of the reward between two steps with
// what was shown there. `names` [C] must be safe (SafeText).
std::string DescribeSession(const Dataset& dataset, std::span<const std::string> names,
                            const EndedSession& session);

// The first of `names` [C] that stands in the text as a whole word, in capital or small letters,
// and whose category the session did not show; empty if there is none.
std::string UnshownCategory(const std::string& text, const Dataset& dataset,
                            std::span<const std::string> names, const EndedSession& session);

// Whether a sentence says something of the session with these facts (DescribeSession): it has a
// category or a number of the facts in it, and does not stand there itself. `names` [C].
bool SaysSomethingOf(const std::string& text, const std::string& facts,
                     std::span<const std::string> names);

struct Reflections {
  std::vector<Reflection> kept;
  std::vector<std::string> dropped;  // reasons
};

// Asks for one reflection per session, of at most `longest_tokens` tokens. Each carries the return
// S_u of its session.
Reflections WriteReflections(LlmBackend& backend, const PromptTemplates& templates,
                             const Dataset& dataset, std::span<const std::string> names,
                             std::span<const EndedSession> sessions, int longest_tokens);

// The first sentence of an answer, made safe; empty if there is none that can be used, and then
// `reason` says why.
std::string FirstSentence(const Completion& answer, std::string& reason);

}  // namespace lerl
