#include "lerl/planner/llm/prompt.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/llm/labels.h"
#include "lerl/planner/llm/prompt_files.h"

namespace lerl {
namespace {

struct TemplateRow {
  const char* file;
  std::string PromptTemplates::*member;
  const std::string_view* built_in;
  std::vector<std::string> places;  // all of them are needed
};

std::vector<TemplateRow> Rows() {
  return {{"plan_system.txt", &PromptTemplates::plan_system, &kPlanSystemTxt, {}},
          {"plan_letters.txt",
           &PromptTemplates::plan_letters,
           &kPlanLettersTxt,
           {"categories", "reflections", "state"}},
          {"plan_list.txt",
           &PromptTemplates::plan_list,
           &kPlanListTxt,
           {"categories", "reflections", "size", "state"}},
          {"reflect_system.txt", &PromptTemplates::reflect_system, &kReflectSystemTxt, {}},
          {"reflect.txt", &PromptTemplates::reflect, &kReflectTxt, {"facts"}}};
}

void CheckPlaces(const std::string& where, const std::string& text, const TemplateRow& row) {
  const std::vector<std::string> places = PlacesIn(text);
  for (const std::string& place : places) {
    if (std::find(row.places.begin(), row.places.end(), place) == row.places.end()) {
      throw Error(ErrorKind::kConfig, where + ": {" + place + "} is not a place of this template");
    }
  }
  for (const std::string& place : row.places) {
    if (std::count(places.begin(), places.end(), place) != 1) {
      throw Error(ErrorKind::kConfig, where + ": the template needs {" + place + "} exactly once");
    }
  }
}

std::string Join(const std::vector<int16_t>& categories, std::span<const std::string> names) {
  std::string text;
  for (const int16_t category : categories)
    text.append(text.empty() ? "" : ", ").append(names[At(category)]);
  return text;
}

// The well-formed UTF-8 characters, by their first byte: how long they are, and the range of the
// second byte. It leaves out overlong forms, surrogates and what lies beyond U+10FFFF. Any further
// byte is a continuation, 0x80 to 0xBF. Reference: The Unicode Standard, table 3-7.
struct CharacterRow {
  uint8_t first_low, first_high;
  size_t length;
  uint8_t second_low, second_high;
};
constexpr CharacterRow kCharacterRows[] = {
    {0x00, 0x7F, 1, 0x00, 0x00}, {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

// Bytes of the UTF-8 character that `text` begins with; 0 if it begins with none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto* const row = std::ranges::find_if(kCharacterRows, [&](const CharacterRow& of) {
    return of.first_low <= byte(0) && byte(0) <= of.first_high;
  });
  if (row == std::end(kCharacterRows) || row->length > text.size()) return 0;
  for (size_t i = 1; i < row->length; ++i) {
    const uint8_t low = i == 1 ? row->second_low : 0x80, high = i == 1 ? row->second_high : 0xBF;
    if (byte(i) < low || byte(i) > high) return 0;
  }
  return row->length;
}

int Difference(const std::vector<int16_t>& a, const std::vector<int16_t>& b) {
  const auto missing = [](const std::vector<int16_t>& of, const std::vector<int16_t>& in) {
    return std::count_if(of.begin(), of.end(), [&](int16_t category) {
      return std::find(in.begin(), in.end(), category) == in.end();
    });
  };
  return static_cast<int>(missing(a, b) + missing(b, a));
}

}  // namespace

PromptTemplates LoadPromptTemplates(const std::filesystem::path& folder) {
  if (!folder.empty() && !std::filesystem::is_directory(folder)) {
    throw Error(ErrorKind::kConfig, "planner.llm.prompt_dir: there is no folder " +
                                        folder.string() +
                                        "; leave it empty for the built-in texts");
  }
  PromptTemplates templates;
  for (const TemplateRow& row : Rows()) {
    const std::filesystem::path path = folder / row.file;
    const bool own = !folder.empty() && std::filesystem::exists(path);
    std::string text = own ? ReadFile(path) : std::string(*row.built_in);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    CheckPlaces(own ? path.string() : row.file, text, row);
    templates.*row.member = text;
  }
  return templates;
}

std::vector<std::string> PlacesIn(const std::string& text) {
  std::vector<std::string> places;
  for (size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const size_t close = text.find('}', open);
    places.push_back(close == std::string::npos ? "" : text.substr(open + 1, close - open - 1));
  }
  return places;
}

std::string FillTemplate(const std::string& text,
                         const std::map<std::string, std::string>& values) {
  std::string filled;
  size_t begin = 0;
  for (size_t open = text.find('{'); open != std::string::npos; open = text.find('{', begin)) {
    const size_t close = text.find('}', open);
    LERL_CHECK(close != std::string::npos);
    filled.append(text, begin, open - begin);
    filled.append(values.at(text.substr(open + 1, close - open - 1)));
    begin = close + 1;
  }
  return filled + text.substr(begin);
}

std::string FillLines(const std::string& text, const std::map<std::string, std::string>& values) {
  std::string filled;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string line = text.substr(begin, end - begin);
    const std::vector<std::string> places = PlacesIn(line);
    if (std::none_of(places.begin(), places.end(),
                     [&](const std::string& place) { return values.at(place).empty(); }))
      filled += FillTemplate(line, values);
    begin = end;
  }
  return filled;
}

std::string SafeText(const std::string& text, size_t longest) {
  std::string safe;
  for (size_t i = 0; i < text.size();) {
    const size_t length = CharacterLength(std::string_view(text).substr(i));
    const std::string character = text.substr(i, length);
    i += std::max<size_t>(length, 1);
    if (length == 0 || kLeftOutOfPrompts.find(character) != std::string_view::npos) continue;
    const auto byte = static_cast<unsigned char>(character[0]);
    if (byte > ' ' && byte != 127) {
      safe += character;
    } else if (!safe.empty() && safe.back() != ' ') {
      safe += ' ';
    }
  }
  while (!safe.empty() && safe.back() == ' ') safe.pop_back();
  if (safe.empty()) return "?";
  if (safe.size() <= longest) return safe;
  size_t end = longest > 3 ? longest - 3 : 0;
  while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xC0U) == 0x80U) --end;
  return safe.substr(0, end) + "...";
}

std::vector<std::string> SafeNames(std::span<const std::string> names) {
  std::vector<std::string> safe;
  safe.reserve(names.size());
  for (const std::string& name : names) safe.push_back(SafeText(name, kLongestName));
  return safe;
}

std::string QuotedWish(std::string_view wish) {
  std::string text = SafeText(std::string(wish), kLongestQuote);
  std::ranges::replace(text, '"', '\'');
  return text;
}

std::string StateText(const PlanState& state, std::span<const std::string> names) {
  const auto list = [&](const std::vector<int16_t>& categories) {
    return categories.empty() ? "none" : Join(categories, names);
  };
  std::string text = state.user.empty() ? "" : "user " + state.user + ": ";
  text.append(list(state.favourites)).append("; ").append(list(state.last));
  if (!state.last.empty()) text += state.last_liked ? " +" : " -";
  text += "; " + list(state.often);
  return state.wish.empty() ? text : text + "; the user says: \"" + state.wish + "\"";
}

std::string PlanPrompt::Suffix(const PlanState& of, std::span<const std::string> names) const {
  // 1. The wish's line goes before the last one. It is put in afterwards, so that nothing in it is
  // taken for a place.
  const size_t last = state.rfind('\n') == std::string::npos ? 0 : state.rfind('\n') + 1;
  std::string said;
  if (!of.wish.empty() && state.find("{state}") == std::string::npos)
    said = "They say: \"" + of.wish + "\"\n";
  // 2. The lines around it.
  const auto fill = [&](const std::string& lines) {
    return FillLines(lines, {{"state", StateText(of, names)},
                             {"user", of.user},
                             {"favourites", Join(of.favourites, names)},
                             {"last", Join(of.last, names)},
                             {"received", of.last_liked ? "liked" : "disliked"},
                             {"often", Join(of.often, names)}});
  };
  return fill(state.substr(0, last)) + said + fill(state.substr(last)) + tail;
}

int StateDistance(const PlanState& a, const PlanState& b) {
  return Difference(a.favourites, b.favourites) + 2 * Difference(a.last, b.last) +
         Difference(a.often, b.often) + (a.last_liked == b.last_liked ? 0 : 1) +
         (a.user == b.user ? 0 : 1) + (a.wish == b.wish ? 0 : kOtherWish);
}

std::vector<std::string> CategoryLabels(LlmBackend& backend, bool as_list, uint64_t seed,
                                        const std::vector<std::string>& names) {
  const auto count = static_cast<int>(names.size());
  std::vector<std::string> labels = backend.Labels(count);
  if (labels.empty() && !as_list) return names;
  if (labels.empty()) labels = LetterLabels(count);
  if (std::ssize(labels) < count)
    throw Error(ErrorKind::kModel, "there are only " + std::to_string(labels.size()) +
                                       " labels for " + std::to_string(count) +
                                       " categories; use planner.llm.mode = \"names\"");
  Rng rng(seed, "labels");
  rng.Shuffle(std::span<std::string>(labels));
  return labels;
}

PlanPrompt BuildPlanPrompt(LlmBackend& backend, const PromptTemplates& templates, bool as_list,
                           int plan_size, std::span<const std::string> labels,
                           std::span<const std::string> names,
                           std::span<const std::string> reflections) {
  LERL_CHECK_EQ(labels.size(), names.size());
  std::vector<size_t> order(labels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return labels[a] < labels[b]; });
  std::string categories;
  for (const size_t c : order) {
    categories.append(categories.empty() ? "" : "\n").append(labels[c]);
    if (labels[c] != names[c]) categories.append(": ").append(names[c]);
  }
  std::string lessons;
  for (const std::string& reflection : reflections)
    lessons.append("- ").append(reflection).append("\n");
  if (!lessons.empty()) lessons = "Lessons from earlier sessions:\n" + lessons;

  std::map<std::string, std::string> values = {
      {"categories", categories}, {"reflections", lessons}, {"state", kStateMark}};
  if (as_list) values["size"] = std::to_string(plan_size);
  const std::string whole = backend.ApplyChatTemplate(
      templates.plan_system,
      FillTemplate(as_list ? templates.plan_list : templates.plan_letters, values));
  const size_t mark = whole.find(kStateMark);
  LERL_CHECK(mark != std::string::npos);
  return {.prefix = whole.substr(0, mark), .tail = whole.substr(mark + sizeof(kStateMark) - 1)};
}

}  // namespace lerl
