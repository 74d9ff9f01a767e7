#pragma once
// Prompts of the language model planner, filled from templates (prompts/*.txt).
//
// A planning prompt is a prefix that all users share (instructions, labels, reflections) and a
// suffix with the user's state, so that the model computes the prefix once. The state is coarse on
// purpose: it is the key of the plan cache. Whatever comes from data (titles, names, earlier
// answers) is made safe first: it can neither close the message nor fill the prompt.

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lerl/llm/backend.h"

namespace lerl {

struct PromptTemplates {
  std::string plan_system, plan_scores, plan_list, reflect_system, reflect;
};

// The built-in templates, each replaced by the file of its name (plan_system.txt, ...) where
// `folder` is given and has one. Throws Error(kConfig) when the folder does not exist or a template
// has an unknown {place} or lacks one that it needs.
PromptTemplates LoadPromptTemplates(const std::filesystem::path& folder);

// Puts values in place of {names}. Values are not looked at for names.
std::string FillTemplate(const std::string& text, const std::map<std::string, std::string>& values);

// One line of printable UTF-8: control characters become spaces, runs of spaces one; bytes that are
// not UTF-8 and the characters < > | { } that templates give a meaning are left out; at most
// `longest` bytes, cut between characters, with "..." where cut. "?" for a text of which nothing is
// left.
std::string SafeText(const std::string& text, size_t longest);

inline constexpr size_t kLongestName = 40;  // bytes of a category's or a user's name in a prompt

// What a planning prompt shows of a user.
struct PlanState {
  std::string user = {};              // a name, already safe; "": it shows none
  std::vector<int16_t> favourites{};  // long-term, most liked first
  std::vector<int16_t> last{};        // dominant categories of the last slate, ascending
  bool last_liked = false;            // at least half of the last slate was liked
  std::vector<int16_t> often{};       // seen too often in this session, most first

  bool operator==(const PlanState&) const = default;
};

// Every word costs a plan: "Drama, Action; Comedy +; none", as plan_scores.txt explains it, after
// "user 42: " where the state names the user.
std::string StateText(const PlanState& state, std::span<const std::string> names);

// How far two states are from each other: categories in one list and not in the other, those of the
// last slate counted twice, and 1 each for another reception and another user.
int StateDistance(const PlanState& a, const PlanState& b);

// What stands for the categories `names` [C] (already safe): labels of one token, permuted by the
// seed; where the model has too few, any letters in a list and otherwise the names themselves, to
// be scored in full. Throws Error(kModel) when letters run out.
std::vector<std::string> CategoryLabels(LlmBackend& backend, bool as_list, uint64_t seed,
                                        const std::vector<std::string>& names);

struct PlanPrompt {
  std::string prefix;  // shared
  std::string tail;    // what follows the state in every suffix
  std::string Suffix(const std::string& state_text) const { return state_text + tail; }
};

// `labels` [C] belong to the categories `names` [C] (already safe); the list is sorted by label. A
// category may be its own label.
PlanPrompt BuildPlanPrompt(LlmBackend& backend, const PromptTemplates& templates, bool as_list,
                           int plan_size, std::span<const std::string> labels,
                           std::span<const std::string> names,
                           std::span<const std::string> reflections);

}  // namespace lerl
