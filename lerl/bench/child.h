#pragma once
// This program once more, as a process of its own: for what must be measured apart (memory, the
// start of a process) and so that benchmarks don't warm each other up.

#include <string>
#include <vector>

namespace lerl {

// Standard output of this program with the given arguments. Throws Error(kIo) when it fails.
std::string RunChild(const std::vector<std::string>& arguments);

}  // namespace lerl
