#include "lerl/bench/child.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "lerl/base/error.h"

namespace lerl {

std::string RunChild(const std::vector<std::string>& arguments) {
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  if (program.filename() == "lerl-bench") program.replace_filename("lerl");
  std::string command = "exec '" + program.string() + "'";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw Error(ErrorKind::kIo, command + ": cannot be started");
  std::string out;
  std::array<char, 4096> buffer{};
  for (size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), count);
  if (::pclose(pipe) != 0)
    throw Error(ErrorKind::kIo, command + ": failed; run it by hand to see why");
  return out;
}

}  // namespace lerl
