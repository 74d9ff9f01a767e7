#pragma once
// The prompt of mode "names": a short text that a language model continues with the name of a
// category.
//
//   Categories: {categories}.
//   {reflections}
//   The user is called {user}.
//   A user liked {favourites}.
//   They were just shown {last} and {received} it.
//   They have seen enough of {often}.
//   Best category for them next:
//
// The lines before the first one with a place of the state are the prefix, which all users share.
// From that line on the text is the suffix of each user.
//
//   {categories}   all names, in an order that the setting `label_seed` permutes
//   {reflections}  a line for each reflection that the prompt shows
//   {user}         the user's name, where the setting `name_user` is on
//   {favourites}   the user's favourite categories, most liked first
//   {last}         dominant categories of the last slate
//   {received}     "liked" or "disliked": how the last slate was received
//   {often}        categories seen too often in this session
//
// A line with a place that has nothing to say is left out. So the prompt without history is the
// text without the lines about a user. A template needs {categories} and {favourites} once; it may
// have each of the others once.
//
// Why names: a small model can't bind categories to letters. docs/results.md has what its plans are
// worth by names and by letters.

#include <string>
#include <string_view>
#include <vector>

#include "lerl/planner/llm/prompt.h"

namespace lerl {

struct NamesTemplate {
  std::string name;
  std::string text;
};

// The templates that are built in: prompts/names_*.txt.
std::vector<NamesTemplate> BuiltInNamesTemplates();

// The template that the setting `names_template` names: a built-in one, or a file whose path ends
// with ".txt". Throws Error(kConfig) on an unknown name, and when a template has an unknown place,
// lacks one that it needs, or has a place of the prefix behind one of the state.
NamesTemplate LoadNamesTemplate(const std::string& setting);

// Builds the prompt for the names [C] (already safe). `chat` puts the text, with `system` before
// it, into the model's chat template.
PlanPrompt BuildNamesPrompt(LlmBackend& backend, const NamesTemplate& names_template, bool chat,
                            const std::string& system, uint64_t order_seed,
                            const std::vector<std::string>& names,
                            std::span<const std::string> reflections);

}  // namespace lerl
