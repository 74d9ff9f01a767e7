#include "lerl/data/line_text.h"

#include "lerl/base/printable.h"

namespace lerl {

bool HasLoneReturns(std::string_view text) {
  const size_t end = text.find_first_of("\r\n");
  return end != std::string_view::npos && text.find('\n') == std::string_view::npos &&
         !Trimmed(text.substr(end), " \r").empty();
}

bool TellsSeparator(std::string_view text) {
  constexpr size_t kMost = 5;
  return text.starts_with("sep=") && Trimmed(text.substr(0, text.find('\n')), "\r").size() <= kMost;
}

int64_t RowsWithin(std::string_view quoted, std::string_view separator, size_t separators) {
  int64_t rows = 0;
  for (size_t end = quoted.find('\n'); end != std::string_view::npos; end = quoted.find('\n')) {
    quoted.remove_prefix(end + 1);
    const std::string_view line = quoted.substr(0, quoted.find('\n'));
    size_t found = 0;
    for (size_t at = 0; (at = line.find(separator, at)) != std::string_view::npos; ++at) ++found;
    if (found != separators) return 0;
    ++rows;
  }
  return rows;
}

std::string Unquoted(std::string_view inner, bool escapes) {
  std::string text;
  for (size_t i = 0; i < inner.size(); ++i) {
    if (i + 1 < inner.size() && (inner[i] == '"' || (escapes && inner[i] == '\\'))) ++i;
    text += inner[i];
  }
  return text;
}

}  // namespace lerl
