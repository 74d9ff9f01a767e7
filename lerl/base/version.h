#pragma once
// What this program was built from; named in every result.

#include <string>

namespace lerl {

// "0.1.0", as in CMakeLists.txt.
std::string Version();

// 12 hexadecimal digits of the git commit at build time, with "-dirty-" and 8 digits of the
// difference when tracked files differed from it; "unknown" when it was built outside a git
// repository.
std::string Commit();

}  // namespace lerl
