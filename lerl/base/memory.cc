#include "lerl/base/memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace lerl {
namespace {

// The number after a name at the beginning of a line; 0 where there is none.
double ValueOf(const std::filesystem::path& file, const std::string& name) {
  std::ifstream in(file);
  std::string word, rest;
  for (double value = 0; in >> word >> value; std::getline(in, rest))
    if (word == name) return value;
  return 0;
}

}  // namespace

double ResidentMb() {
  std::ifstream in("/proc/self/statm");
  double size = 0, resident = 0;  // pages
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double RoomInGroupMb(const std::filesystem::path& root, const std::filesystem::path& group) {
  double least = std::numeric_limits<double>::infinity();
  for (std::filesystem::path folder = root / group.relative_path();;
       folder = folder.parent_path()) {
    double limit = 0, used = 0;
    if (std::ifstream(folder / "memory.max") >> limit &&
        std::ifstream(folder / "memory.current") >> used)
      least = std::min(least, limit - used + ValueOf(folder / "memory.stat", "inactive_file"));
    if (folder == root || !folder.has_relative_path()) break;
  }
  return std::max(0.0, least) / 1e6;
}

double AvailableMb() {
  const double machine = ValueOf("/proc/meminfo", "MemAvailable:") * 1024 / 1e6;
  std::ifstream in("/proc/self/cgroup");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("0::"))
      return std::min(machine, RoomInGroupMb("/sys/fs/cgroup", line.substr(3)));
  return machine;
}

}  // namespace lerl
