#pragma once
// How many files, and so connections, this process may have open.

#include <cstdint>

namespace lerl {

// Raises the limit to the most that the system allows this process, and returns it.
int64_t RaiseOpenFiles();

}  // namespace lerl
