#include "lerl/data/json_text.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

using nlohmann::json;

void AppendUtf8(uint32_t code, std::string& text) {
  const auto byte = [&text](uint32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// Takes the escape whose backslash stands at `at`, and returns the place behind it.
size_t TakeEscape(std::string_view text, size_t at, std::string& value) {
  const char kind = at + 1 < text.size() ? text[at + 1] : '\\';
  const size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (digits > 0 && at + 2 + digits <= text.size()) {
    const std::string_view number = text.substr(at + 2, digits);
    uint32_t code = 0;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), code, 16);
    if (error == std::errc() && end == number.data() + number.size() && code < 0x110000) {
      AppendUtf8(code, value);
      return at + 2 + digits;
    }
  }
  value += kind == 'n' || kind == 'r' || kind == 't' ? ' ' : kind;
  return at + 2;
}

// Takes the string whose quote stands at `at`, writes it as JSON, and returns the place behind it.
size_t TakeString(std::string_view text, size_t at, std::string& out) {
  const char quote = text[at++];
  std::string value;
  while (at < text.size() && text[at] != quote) {
    if (text[at] == '\\')
      at = TakeEscape(text, at, value);
    else
      value += text[at++];
  }
  out += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
  return at + 1;
}

// A literal of Python as JSON. A comma before the end of a list or a tuple is left out.
std::string JsonOfPython(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"None", "null"}, {"True", "true"}, {"False", "false"}, {"nan", "null"},
      {"u'", "'"},      {"u\"", "\""},    {"(", "["},         {")", "]"}};
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\'' || text[at] == '"') {
      at = TakeString(text, at, out);
      continue;
    }
    const auto* const word = std::ranges::find_if(
        kWords, [&](const auto& known) { return text.substr(at).starts_with(known.first); });
    if (text[at] == ')' || text[at] == ']') out.erase(out.find_last_not_of(", ") + 1);
    if (word == std::end(kWords)) {
      out += text[at++];
    } else if (word->first.starts_with('u')) {
      ++at;  // the string follows
    } else {
      out += word->second;
      at += word->first.size();
    }
  }
  return out;
}

// Whether most values of an object hold several values of their own.
bool HoldsTables(const json& object) {
  if (!object.is_object()) return false;
  const auto tables = std::ranges::count_if(
      object, [](const json& value) { return value.is_structured() && value.size() > 1; });
  return 2 * static_cast<size_t>(tables) > object.size();
}

}  // namespace

json ParseJsonText(std::string_view text) {
  json value = TryParseJson(text);
  return value.is_discarded() ? TryParseJson(JsonOfPython(text)) : value;
}

std::string FieldOfJson(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null() || value.is_discarded()) return "";
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string FieldOfJson(const json& row, const std::string& path) {
  if (const auto found = row.find(path); found != row.end()) return FieldOfJson(*found);
  const size_t dot = path.find('.');
  if (dot == std::string::npos) return "";
  const auto object = row.find(path.substr(0, dot));
  if (object == row.end() || !object->is_object()) return "";
  const auto found = object->find(path.substr(dot + 1));
  return found == object->end() ? "" : FieldOfJson(*found);
}

std::string FaultOfJsonLines(std::string_view text) {
  const std::string_view whole = Trimmed(text, " \t\r\n");
  const std::string_view line = Trimmed(whole.substr(0, whole.find('\n')), " \t\r");
  if (whole.starts_with('['))
    return "one list of JSON; an object on each line is expected, which `jq -c '.[]' FILE > "
           "log.jsonl` makes of it";
  if (line == "{")
    return "an object of JSON over several lines; an object on each line is expected, which `jq -c "
           ". FILE > log.jsonl` makes of several objects";
  if (line.size() == whole.size() && HoldsTables(ParseJsonText(line)))
    return "one object of JSON that holds a whole table; an object on each line is expected. For "
           "what pandas wrote, `python3 -c \"import pandas; pandas.read_json('FILE').to_json("
           "'log.jsonl', orient='records', lines=True)\"` makes them; for an object of rows, `jq "
           "-c "
           "'.[]' FILE > log.jsonl`";
  if (ColumnsOfJson(text).empty())
    return "no object of JSON stands in the first lines; set form = \"delimited\" if it is a table";
  return "";
}

std::vector<std::string> ColumnsOfJson(std::string_view lines) {
  constexpr int kLooked = 1000;
  constexpr size_t kMost = 1000;
  std::vector<std::string> columns;
  std::set<std::string> known;
  const auto add = [&](const std::string& name) {
    if (known.size() < kMost && known.insert(name).second) columns.push_back(name);
  };
  for (int line = 0; line < kLooked && !lines.empty(); ++line) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const json row = ParseJsonText(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (!row.is_object()) continue;
    for (const auto& [key, value] : row.items()) {
      add(key);
      if (!value.is_object()) continue;
      for (const auto& [inner, ignored] : value.items()) add(std::string(key) + "." + inner);
    }
  }
  return columns;
}

}  // namespace lerl
