#pragma once
// Runs this program once more as a process of its own, or lerl from lerl-bench. Memory and the
// start of a process must be measured apart, and so benchmarks don't warm each other up.

#include <string>
#include <vector>

namespace lerl {

// Standard output of this program with the given arguments. Throws Error(kIo) when it fails.
std::string RunChild(const std::vector<std::string>& arguments);

}  // namespace lerl
