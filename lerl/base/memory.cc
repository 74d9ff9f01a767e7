#include "lerl/base/memory.h"

#include <unistd.h>

#include <fstream>
#include <string>

namespace lerl {

double ResidentMb() {
  std::ifstream in("/proc/self/statm");
  double size = 0, resident = 0;  // pages
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double AvailableMb() {
  std::ifstream in("/proc/meminfo");
  std::string name, unit;
  for (double kilobytes = 0; in >> name >> kilobytes; std::getline(in, unit))
    if (name == "MemAvailable:") return kilobytes * 1024 / 1e6;
  return 0;
}

}  // namespace lerl
