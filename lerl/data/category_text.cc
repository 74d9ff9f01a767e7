#include "lerl/data/category_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/printable.h"
#include "lerl/data/json_text.h"

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

bool SaysYes(const json& value) {
  return value.is_boolean()  ? value.get<bool>()
         : value.is_number() ? value.get<double>() != 0
                             : !value.is_null();
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
    if (const auto name = element.find("name"); name != element.end() && !name->is_object()) {
      AddElement(*name, categories);
      return;
    }
    for (const auto& [key, value] : element.items())
      if (SaysYes(value)) AddCategory(key, categories);
  }
}

}  // namespace

std::vector<std::string> SplitCategories(std::string_view field, std::string_view separator) {
  std::vector<std::string> categories;
  const std::string_view text = Trimmed(field, " \t\r");
  const auto within = [&](char open, char close) {
    return text.size() > 1 && text.front() == open && text.back() == close;
  };
  if (within('[', ']') || within('{', '}')) {
    const json list = ParseJsonText(text);
    if (!list.is_discarded()) {
      AddElement(list, categories);
      return categories;
    }
  }
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end =
        separator.empty() ? text.size() : std::min(text.find(separator, begin), text.size());
    AddCategory(text.substr(begin, end - begin), categories);
    begin = end + std::max<size_t>(separator.size(), 1);
  }
  return categories;
}

}  // namespace lerl
