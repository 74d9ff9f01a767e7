#include "lerl/data/category_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

using nlohmann::json;

bool IsNone(std::string_view category) {
  static constexpr std::string_view kNone[] = {
      "", "nan", "NaN", "null", "NULL", "None", "N/A", "\\N", "(no genres listed)"};
  return std::ranges::find(kNone, category) != std::end(kNone);
}

void AddCategory(std::string_view text, std::vector<std::string>& categories) {
  const std::string_view category = Trimmed(text, " \t\r");
  if (!IsNone(category)) categories.emplace_back(category);
}

// A literal of Python as JSON: strings in either quote, None, True and False.
std::string JsonOfPython(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char quote = text[i];
    if (quote != '\'' && quote != '"') {
      const std::string_view rest = text.substr(i);
      const auto word = [&](std::string_view python, std::string_view becomes) {
        if (!rest.starts_with(python)) return false;
        out += becomes;
        i += python.size() - 1;
        return true;
      };
      if (!word("None", "null") && !word("True", "true") && !word("False", "false")) out += quote;
      continue;
    }
    std::string value;
    for (++i; i < text.size() && text[i] != quote; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      value += text[i];
    }
    out += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return out;
}

bool SaysYes(const json& value) {
  return value.is_boolean()  ? value.get<bool>()
         : value.is_number() ? value.get<double>() != 0
                             : !value.is_null();
}

// Adds what one element of a list names. Lists inside lists are none of the forms above.
void AddElement(const json& element, std::vector<std::string>& categories) {
  if (element.is_string()) {
    AddCategory(element.get_ref<const std::string&>(), categories);
  } else if (element.is_number()) {
    AddCategory(element.dump(), categories);
  } else if (element.is_object()) {
    if (const auto name = element.find("name"); name != element.end() && !name->is_object()) {
      AddElement(*name, categories);
      return;
    }
    for (const auto& [key, value] : element.items())
      if (SaysYes(value)) AddCategory(key, categories);
  }
}

}  // namespace

std::vector<std::string> SplitCategories(std::string_view field, char separator) {
  std::vector<std::string> categories;
  const std::string_view text = Trimmed(field, " \t\r");
  const auto within = [&](char open, char close) {
    return text.size() > 1 && text.front() == open && text.back() == close;
  };
  if (within('[', ']') || within('{', '}')) {
    json list = TryParseJson(text);
    if (list.is_discarded()) list = TryParseJson(JsonOfPython(text));
    if (!list.is_discarded()) {
      if (list.is_object()) AddElement(list, categories);
      if (list.is_array())
        for (const json& element : list) AddElement(element, categories);
      return categories;
    }
  }
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    AddCategory(text.substr(begin, end - begin), categories);
    begin = end + 1;
  }
  return categories;
}

}  // namespace lerl
