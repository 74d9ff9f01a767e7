#pragma once
// How deep a TOML text nests. A parsed table is copied, walked and destroyed by recursion, so a
// text that nests too deep (`a.a.a.a = 1` with a thousand dots) is refused before it is parsed.

#include <string_view>

namespace lerl {

inline constexpr int kDeepestToml = 32;  // parts of a key, and brackets within brackets

// Returns the line, from 1, at which the text nests deeper than that; 0 where it never does.
// Strings and comments don't count. The text need not be valid TOML.
int LineNestedTooDeep(std::string_view toml);

}  // namespace lerl
