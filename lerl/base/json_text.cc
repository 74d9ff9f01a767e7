#include "lerl/base/json_text.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <vector>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

// Whether brackets outside of strings nest deeper than kDeepestJson.
bool IsTooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepestJson) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

Json Parse(std::string_view text, const Json::parser_callback_t& look) {
  if (IsTooDeep(text))
    throw std::runtime_error("JSON nested deeper than " + std::to_string(kDeepestJson) + " levels");
  try {
    return Json::parse(text, look);
  } catch (const Json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1 ..." without its number.
    const std::string_view what = error.what();
    const size_t number = what.find("] ");
    throw std::runtime_error(
        Printable(std::string(what.substr(number == what.npos ? 0 : number + 2))));
  }
}

}  // namespace

Json ParseJson(std::string_view text) { return Parse(text, nullptr); }

Json ParseStrictJson(std::string_view text) {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  return Parse(text, [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
      throw std::runtime_error("an object names " + Printable(parsed.dump()) + " twice");
    return true;
  });
}

Json TryParseJson(std::string_view text) {
  if (IsTooDeep(text)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

const Json& MemberOf(const Json& json, const std::string& name) {
  static const Json null;
  if (!json.is_object()) return null;
  const auto found = json.find(name);
  return found == json.end() ? null : *found;
}

std::string TextOf(const Json& json, const std::string& name) {
  const Json& member = MemberOf(json, name);
  return member.is_string() ? member.get<std::string>() : std::string();
}

int64_t CountOf(const Json& json, const std::string& name) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const Json& member = MemberOf(json, name);
  if (member.is_number_unsigned()) {
    const auto count = member.get<uint64_t>();
    return count > static_cast<uint64_t>(kMost) ? kMost : static_cast<int64_t>(count);
  }
  if (member.is_number_integer()) return std::max(int64_t{0}, member.get<int64_t>());
  if (!member.is_number_float()) return 0;
  const auto count = member.get<double>();
  if (!(count > 0)) return 0;
  return count >= static_cast<double>(kMost) ? kMost : static_cast<int64_t>(count);
}

}  // namespace lerl
