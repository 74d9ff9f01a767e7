#pragma once
// What this program was built from. Every result names it.

#include <string>

namespace lerl {

// The version in CMakeLists.txt, such as "0.1.0".
std::string Version();

// The git commit at build time: 12 hexadecimal digits, and where tracked files differed from it
// "-dirty-" and 8 digits of the difference. "unknown" if the build was outside a git repository.
std::string Commit();

// Whether what a program of this commit made can be made again from the repository: it was built
// from a commit, with no file changed.
bool CanBeMadeAgain(const std::string& commit);

}  // namespace lerl
