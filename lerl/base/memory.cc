#include "lerl/base/memory.h"

#include <unistd.h>

#include <fstream>

namespace lerl {

double ResidentMb() {
  std::ifstream in("/proc/self/statm");
  double size = 0, resident = 0;  // pages
  in >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

}  // namespace lerl
