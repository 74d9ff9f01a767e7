#pragma once
// How much memory this process holds, and may still take.

#include <filesystem>

namespace lerl {

// The resident memory now, in megabytes (10^6 bytes); 0 where there is no /proc/self/statm.
double ResidentMb();
// What this process may still take without swapping, in megabytes; 0 where there is no
// /proc/meminfo. A container's own limit counts (RoomInGroupMb).
double AvailableMb();

// What a control group (version 2) leaves, in megabytes: over `group`, a path below `root`, and the
// groups above it, the least of
//   memory.max - (memory.current - inactive_file),
// since files that were read give way. Infinity where none has a limit.
double RoomInGroupMb(const std::filesystem::path& root, const std::filesystem::path& group);

}  // namespace lerl
