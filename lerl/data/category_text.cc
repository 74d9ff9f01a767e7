#include "lerl/data/category_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "lerl/base/printable.h"
#include "lerl/data/json_text.h"

namespace lerl {
namespace {

using nlohmann::json;

bool IsNone(std::string_view category) {
  static constexpr std::string_view kNone[] = {"",   "nan",  "null",   "none",
                                               "na", "<na>", "n/a",    "\\n",
                                               "-",  "--",   "(none)", "(no genres listed)"};
  return std::ranges::find(kNone, SmallLetters(std::string(category))) != std::end(kNone);
}

void AddCategory(std::string_view text, std::vector<std::string>& categories) {
  const std::string_view category = Trimmed(text, " \t\r");
  if (!IsNone(category)) categories.emplace_back(category);
}

std::optional<bool> YesOrNo(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (!value.is_string()) return std::nullopt;
  const std::string word = SmallLetters(value.get_ref<const std::string&>());
  if (word == "1" || word == "true" || word == "yes") return true;
  if (word == "0" || word == "false" || word == "no") return false;
  return std::nullopt;
}

void AddElement(const json& element, std::vector<std::string>& categories);

// Adds what an object names: its name, else its texts, else the keys whose value says yes.
void AddObject(const json& object, std::vector<std::string>& categories) {  // NOLINT
  if (const auto name = object.find("name"); name != object.end() && !name->is_object()) {
    AddElement(*name, categories);
    return;
  }
  const auto is_text = [](const json& value) { return value.is_string() && !YesOrNo(value); };
  const bool texts = std::ranges::any_of(object, is_text);
  for (const auto& [key, value] : object.items()) {
    if (texts && is_text(value) && SmallLetters(key) != "id") AddElement(value, categories);
    if (!texts && YesOrNo(value).value_or(!value.is_null())) AddCategory(key, categories);
  }
}

// Adds what one element of a list names. ParseJsonText bounds how deep they are nested.
void AddElement(const json& element, std::vector<std::string>& categories) {  // NOLINT
  if (element.is_string()) {
    AddCategory(element.get_ref<const std::string&>(), categories);
  } else if (element.is_number()) {
    AddCategory(element.dump(), categories);
  } else if (element.is_array()) {
    for (const json& part : element) AddElement(part, categories);
  } else if (element.is_object()) {
    AddObject(element, categories);
  }
}

std::string Replaced(std::string text, std::string_view old, std::string_view by) {
  for (size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += by.size())
    text.replace(at, old.size(), by);
  return text;
}

// Arrays of NumPy as lists: without the names of its types, and with commas for blanks alone.
std::string ListOfNumpy(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n", kBefore = "[({,:", kAfter = "])},:";
  std::string list = Replaced(Replaced(std::string(text), "np.str_(", "("), "numpy.str_(", "(");
  if (list.starts_with("array(")) list = list.substr(6, list.rfind(']') - 5);
  std::string out;
  char quote = '\0';  // of the string that the place is in
  bool blank = false;
  for (size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (quote == '\0' && kBlanks.find(c) != std::string_view::npos) {
      blank = true;
      continue;
    }
    if (std::exchange(blank, false) && !out.empty() &&
        kBefore.find(out.back()) == std::string_view::npos &&
        kAfter.find(c) == std::string_view::npos)
      out += ',';
    out += c;
    if (quote != '\0' && c == '\\' && i + 1 < list.size()) out += list[++i];
    if (quote == '\0' && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = '\0';
  }
  return out;
}

bool Within(std::string_view text, char open, char close) {
  return text.size() > 1 && text.front() == open && text.back() == close;
}

// The value of a field that is a list; discarded for other fields.
json ListIn(std::string_view text) {
  const bool set = Within(text, '{', '}');
  const bool array = text.starts_with("array([") && text.ends_with(')');
  json list(json::value_t::discarded);
  if (!set && !array && !Within(text, '[', ']') && !Within(text, '(', ')')) return list;
  if (!array) list = ParseJsonText(text);
  if (!list.is_discarded()) return list;
  std::string other = ListOfNumpy(text);
  if (set) other = "[" + other.substr(1, other.size() - 2) + "]";
  return ParseJsonText(other);
}

void AddParts(std::string_view text, std::string_view separator,
              std::vector<std::string>& categories) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end =
        separator.empty() ? text.size() : std::min(text.find(separator, begin), text.size());
    AddCategory(text.substr(begin, end - begin), categories);
    begin = end + std::max<size_t>(separator.size(), 1);
  }
}

// Adds the parts of [Action, Horror] and {Action,"Sci Fi"}, where nothing else separates them.
bool AddPlainList(std::string_view text, std::string_view separator,
                  std::vector<std::string>& categories) {
  if (!Within(text, '[', ']') && !Within(text, '{', '}')) return false;
  const bool commas = Trimmed(separator) == ",";
  if (!commas && text.find(separator) != std::string_view::npos) return false;
  const std::string_view inner = text.substr(1, text.size() - 2);
  if (inner.find_first_of("[]{}\'") != std::string_view::npos) return false;
  std::string part;
  bool quoted = false;
  for (const char c : inner) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted)
      AddCategory(std::exchange(part, ""), categories);
    else if (c != '"')
      part += c;
  }
  AddCategory(part, categories);
  return true;
}

}  // namespace

std::vector<std::string> SplitCategories(std::string_view field, std::string_view separator) {
  std::vector<std::string> categories;
  std::string_view text = Trimmed(field, " \t\r\n");
  std::string inner;  // of quotes around a list
  if (Within(text, '"', '"') && text.size() > 3 &&
      std::string_view("[{(").find(text[1]) != std::string_view::npos) {
    const char* const escaped = text.find("\\\"") != std::string_view::npos ? "\\\"" : "\"\"";
    inner = Replaced(std::string(text.substr(1, text.size() - 2)), escaped, "\"");
    text = inner;
  }
  if (const json list = ListIn(text); list.is_array() || list.is_object())
    AddElement(list, categories);
  else if (!AddPlainList(text, separator, categories))
    AddParts(text, separator, categories);
  return categories;
}

bool LooksLikeAList(std::string_view category) {
  if (category.size() < 2 || std::string_view("[{(").find(category[0]) == std::string_view::npos)
    return false;
  if (std::string_view("[{('\"").find(category[1]) != std::string_view::npos) return true;
  return category[0] != '(' && category.find_first_of("]}") == std::string_view::npos;
}

}  // namespace lerl
