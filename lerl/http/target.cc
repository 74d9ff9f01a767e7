#include "lerl/http/target.h"

#include <algorithm>

#include "lerl/base/printable.h"

namespace lerl {
namespace {

[[noreturn]] void RefuseTarget(const std::string& detail) {
  throw ProblemError({.status = 400, .detail = detail});
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<std::string_view> Parts(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Fields ReadQuery(std::string_view text) {
  Fields query;
  if (text.empty()) return query;
  for (const std::string_view part : Parts(text, '&')) {
    const size_t equals = part.find('=');
    const std::string name = PercentDecoded(part.substr(0, equals), true, "the query");
    if (name.empty()) RefuseTarget("the query has a parameter without a name");
    const std::string_view value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
    if (!query.emplace(name, PercentDecoded(value, true, "the query")).second)
      RefuseTarget("the query names the parameter " + Printable(name) + " twice");
  }
  return query;
}

}  // namespace

std::string PercentDecoded(std::string_view text, bool plus_is_blank, const char* what) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        RefuseTarget(std::string(what) + " has a % without two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (static_cast<unsigned char>(c) >= 0x7F || c <= ' ' || c == '#') {
      RefuseTarget(std::string(what) + " has a character that must be written as %xx");
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    decoded += c;
  }
  if (std::ranges::any_of(decoded, IsAsciiControl))
    RefuseTarget(std::string(what) + " has a control character");
  if (!IsUtf8(decoded)) RefuseTarget(std::string(what) + " is no UTF-8");
  return decoded;
}

Target ReadTarget(std::string_view target) {
  if (!target.starts_with('/')) RefuseTarget("the path must begin with /");
  const size_t mark = target.find('?');
  Target read;
  for (const std::string_view part : Parts(target.substr(1, mark - 1), '/')) {
    std::string segment = PercentDecoded(part, false, "the path");
    if (segment == "." || segment == "..") RefuseTarget("the path has a segment . or ..");
    read.segments.push_back(std::move(segment));
  }
  if (mark != std::string_view::npos) read.query = ReadQuery(target.substr(mark + 1));
  return read;
}

}  // namespace lerl
