#pragma once
// How much memory this process holds.

namespace lerl {

// Resident megabytes (10^6 bytes) now; 0 where the system doesn't say (/proc/self/statm).
double ResidentMb();

}  // namespace lerl
