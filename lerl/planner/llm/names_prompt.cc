#include "lerl/planner/llm/names_prompt.h"

#include <algorithm>
#include <array>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/rng.h"
#include "lerl/planner/llm/prompt_files.h"

namespace lerl {
namespace {

constexpr std::array<std::string_view, 2> kOfPrefix = {"categories", "reflections"};
constexpr std::array<std::string_view, 5> kOfState = {"user", "favourites", "last", "received",
                                                      "often"};

bool HoldsAny(std::string_view text, std::span<const std::string_view> places) {
  return std::any_of(places.begin(), places.end(), [&](std::string_view place) {
    return text.find("{" + std::string(place) + "}") != std::string_view::npos;
  });
}

// Where the suffix begins: the first line with a place of the state.
size_t BeginOfState(const std::string& text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (HoldsAny(std::string_view(text).substr(begin, end - begin), kOfState)) return begin;
    begin = end + 1;
  }
  return text.size();
}

void CheckTemplate(const std::string& where, const std::string& text) {
  const auto fail = [&where](const std::string& what) {
    throw Error(ErrorKind::kConfig, "planner.llm.names_template: " + where + ": " + what);
  };
  for (const std::string& place : PlacesIn(text)) {
    const bool known = std::find(kOfPrefix.begin(), kOfPrefix.end(), place) != kOfPrefix.end() ||
                       std::find(kOfState.begin(), kOfState.end(), place) != kOfState.end();
    if (!known)
      fail(
          "{" + place +
          "} is not a place; places are {categories}, {reflections}, {user}, {favourites}, {last}, "
          "{received} and {often}");
    if (text.find("{" + place + "}") != text.rfind("{" + place + "}"))
      fail("{" + place + "} stands twice");
  }
  for (const char* needed : {"{categories}", "{favourites}"})
    if (text.find(needed) == std::string::npos) fail(std::string(needed) + " is missing");
  if (HoldsAny(std::string_view(text).substr(BeginOfState(text)), kOfPrefix))
    fail("{categories} and {reflections} must stand on lines before the user's");
}

std::string WithoutEnd(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

std::vector<NamesTemplate> BuiltInNamesTemplates() {
  return {{"categories", WithoutEnd(std::string(kNamesCategoriesTxt))},
          {"films", WithoutEnd(std::string(kNamesFilmsTxt))}};
}

NamesTemplate LoadNamesTemplate(const std::string& setting) {
  const std::vector<NamesTemplate> built_in = BuiltInNamesTemplates();
  std::string known;
  for (const NamesTemplate& row : built_in) {
    if (row.name == setting) return row;
    known += (known.empty() ? "" : ", ") + row.name;
  }
  if (!setting.ends_with(".txt"))
    throw Error(ErrorKind::kConfig, "planner.llm.names_template: there is no '" + setting +
                                        "'; built in are " + known +
                                        ", and a file's path ends with .txt");
  if (!std::filesystem::is_regular_file(setting))
    throw Error(ErrorKind::kConfig, "planner.llm.names_template: there is no file " + setting);
  NamesTemplate own = {setting, WithoutEnd(ReadFile(setting))};
  CheckTemplate(setting, own.text);
  return own;
}

PlanPrompt BuildNamesPrompt(LlmBackend& backend, const NamesTemplate& names_template, bool chat,
                            const std::string& system, uint64_t order_seed,
                            const std::vector<std::string>& names,
                            std::span<const std::string> reflections) {
  // 1. What all users share.
  std::vector<std::string> order = names;
  Rng rng(order_seed, "labels");
  rng.Shuffle(std::span<std::string>(order));
  std::string categories, lessons;
  for (const std::string& name : order) categories += (categories.empty() ? "" : ", ") + name;
  for (const std::string& reflection : reflections)
    lessons += (lessons.empty() ? "" : "\n") + reflection;
  const size_t begin = BeginOfState(names_template.text);
  PlanPrompt prompt;
  prompt.prefix = FillLines(names_template.text.substr(0, begin),
                            {{"categories", categories}, {"reflections", lessons}});
  prompt.state = names_template.text.substr(begin);
  if (!chat) return prompt;
  // 2. The chat template around it. A mark stands for the state meanwhile.
  const std::string whole = backend.ApplyChatTemplate(system, prompt.prefix + kStateMark);
  const size_t mark = whole.find(kStateMark);
  LERL_CHECK(mark != std::string::npos);
  prompt.prefix = whole.substr(0, mark);
  prompt.tail = whole.substr(mark + std::string_view(kStateMark).size());
  return prompt;
}

}  // namespace lerl
