#pragma once
// For tests: names that would run a command, break a script or a table, or be read as markup, if
// they were taken for anything but text.

#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/printable.h"

namespace lerl {

// `command` is what some of them would have a shell run.
inline std::vector<std::string> HostileNames(const std::string& command) {
  return {"\"; system \"" + command + "\"",
          "'; system('" + command + "'); '",
          "`" + command + "` $(" + command + ")",
          "$x_1 & 50%^{2} {a} #~",
          "back\\slash\\n \\input{x} \\end{tabular}",
          "a\nsystem '" + command + "'\n!" + command,
          "[x] * %s %d @x",
          "<b>&amp; é → 雪</b>"};
}

// How such a name stands in an SVG of ours.
inline std::string AsSvgShows(std::string_view name) {
  std::string shown;
  for (const char c : WithoutControls(name))
    shown += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '\'' ? "’" : std::string(1, c);
  return shown;
}

}  // namespace lerl
