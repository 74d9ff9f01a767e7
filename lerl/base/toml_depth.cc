#include "lerl/base/toml_depth.h"

#include <algorithm>
#include <cstddef>

namespace lerl {
namespace {

// Returns where the string that begins at `at` ends: behind its closing quotes, or at the end of
// the text. A string of one line that is not closed ends with its line.
size_t EndOfString(std::string_view toml, size_t at) {
  const char quote = toml[at];
  const bool escapes = quote == '"';
  const std::string_view three = quote == '"' ? R"(""")" : "'''";
  const bool many_lines = toml.substr(at).starts_with(three);
  size_t i = at + (many_lines ? 3 : 1);
  for (; i < toml.size(); ++i) {
    if (escapes && toml[i] == '\\') {
      ++i;
    } else if (many_lines && toml.substr(i).starts_with(three)) {
      return i + 3;
    } else if (!many_lines && (toml[i] == quote || toml[i] == '\n')) {
      return toml[i] == quote ? i + 1 : i;
    }
  }
  return toml.size();
}

}  // namespace

int LineNestedTooDeep(std::string_view toml) {
  int dots = 0, brackets = 0;
  for (size_t i = 0; i < toml.size();) {
    const char c = toml[i];
    if (c == '"' || c == '\'') {
      i = EndOfString(toml, i);
      continue;
    }
    if (c == '#') {
      i = std::min(toml.find('\n', i), toml.size());
      continue;
    }
    if (c == '.') ++dots;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') brackets = std::max(0, brackets - 1);
    if (dots >= kDeepestToml || brackets > kDeepestToml)
      return static_cast<int>(1 +
                              std::count(toml.begin(), toml.begin() + static_cast<long>(i), '\n'));
    if (c == '=' || c == ',' || c == '\n' || c == '[' || c == ']') dots = 0;
    ++i;
  }
  return 0;
}

}  // namespace lerl
