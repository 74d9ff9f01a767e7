#pragma once
// How much memory this process holds.

namespace lerl {

// The resident memory now, in megabytes (10^6 bytes); 0 where there is no /proc/self/statm.
double ResidentMb();
// What processes may still take without swapping, in megabytes; 0 where there is no /proc/meminfo.
double AvailableMb();

}  // namespace lerl
