#include "lerl/bench/child.h"

#include <filesystem>

#include "lerl/base/child_process.h"

namespace lerl {

std::string RunChild(const std::vector<std::string>& arguments) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  return OutputOf(program.filename() == "lerl-bench" ? ProgramBeside("lerl") : program, arguments);
}

}  // namespace lerl
