#pragma once
// Prompts of the language model planner, filled from templates (prompts/*.txt).
//
// A planning prompt has two parts: a prefix that all users share (instructions, labels,
// reflections), which the model computes once, and a suffix with the user's state. The state is
// coarse on purpose, because it is the key of the plan cache. Whatever comes from data (names,
// earlier answers) is made safe first: it can neither close the message nor fill the prompt.
//
// Axes: C categories.

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/llm/backend.h"

namespace lerl {

struct PromptTemplates {
  std::string plan_system, plan_letters, plan_list, reflect_system, reflect;
};

// The built-in templates; each is replaced by the file of its name (plan_system.txt, ...) where
// `folder` is not empty and has one. Throws Error(kConfig) when the folder does not exist, or when
// a template has an unknown {place} or does not have each that it needs exactly once.
PromptTemplates LoadPromptTemplates(const std::filesystem::path& folder);

// What stands between the braces of a template, in order; "" for a brace that nothing closes.
std::vector<std::string> PlacesIn(const std::string& text);
// Puts values in place of the {names} of a template. A {name} inside a value stays as it is.
std::string FillTemplate(const std::string& text, const std::map<std::string, std::string>& values);
// The same, but a line with a place whose value is empty is left out.
std::string FillLines(const std::string& text, const std::map<std::string, std::string>& values);

// Makes a text safe for a prompt: one line of printable UTF-8. Control characters become spaces,
// and runs of spaces one. Bytes that are not UTF-8 are left out, and so are the characters
// < > | { }, which mean something in templates. At most `longest` bytes stay, cut between
// characters, with "..." where the text was cut. A text of which nothing is left becomes "?".
std::string SafeText(const std::string& text, size_t longest);

inline constexpr size_t kLongestName = 40;  // bytes of a category's or a user's name in a prompt
// The categories [C] as prompts show them.
std::vector<std::string> SafeNames(std::span<const std::string> names);

// What a planning prompt shows of a user.
struct PlanState {
  std::string user = {};              // the user's name, already safe; "": it shows none
  std::vector<int16_t> favourites{};  // the user's favourite categories, most liked first
  std::vector<int16_t> last{};        // dominant categories of the last slate, ascending
  bool last_liked = false;            // at least half of the last slate was liked
  std::vector<int16_t> often{};       // categories seen too often in this session, most first
  std::string wish{};                 // of the user in words, made safe by QuotedWish; "": none

  bool operator==(const PlanState&) const = default;
};

// A wish (wishes/wish_text.h) as it stands in a prompt between quotes: by SafeText, of at most
// kLongestQuote bytes, and with ' for each " in it, so that it ends where its quotes do.
inline constexpr size_t kLongestQuote = 300;
std::string QuotedWish(std::string_view wish);

// A state as a prompt of letters shows it, "Drama, Action; Comedy +; none", after "user 42: " where
// it names the user, and before "; the user says: ..." where there is a wish; plan_letters.txt
// explains it to the model. It is short because every word costs time.
std::string StateText(const PlanState& state, std::span<const std::string> names);

// How far two states are from each other: the number of categories that are in a list of one and
// not in that of the other, where those of the last slate count twice; plus 1 if the last slates
// were received differently; plus 1 if the users differ; plus kOtherWish if the wishes do.
inline constexpr int kOtherWish = 20;  // a wish says more than any history
int StateDistance(const PlanState& a, const PlanState& b);

// What stands for the categories `names` [C] (already safe) in a prompt: labels of one token,
// permuted by the seed. A model that has too few of them takes any letters where it writes a list
// (`as_list`), and otherwise the names themselves, to be scored in full. Throws Error(kModel) when
// letters run out.
std::vector<std::string> CategoryLabels(LlmBackend& backend, bool as_list, uint64_t seed,
                                        const std::vector<std::string>& names);

// Stands for the state while the chat template is applied; SafeText never lets it through.
inline constexpr char kStateMark[] = "{|state|}";

struct PlanPrompt {
  std::string prefix;  // what all users share
  // What a suffix shows of a state, a template. Its places are {state}, the text of StateText, or
  // {user}, {favourites}, {last}, {received} and {often} (planner/llm/names_prompt.h). A wish
  // stands on a line of its own before the last one.
  std::string state = "{state}";
  std::string tail;  // what follows the state in every suffix

  std::string Suffix(const PlanState& of, std::span<const std::string> names) const;
};

// Builds the prompt for `labels` [C] of the categories `names` [C] (already safe); it lists them
// sorted by label. A category's name may be its own label.
PlanPrompt BuildPlanPrompt(LlmBackend& backend, const PromptTemplates& templates, bool as_list,
                           int plan_size, std::span<const std::string> labels,
                           std::span<const std::string> names,
                           std::span<const std::string> reflections);

}  // namespace lerl
