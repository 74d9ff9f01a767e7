// lerl bench: hands over to lerl-bench (lerl/cli/bench), which lies beside this program.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/progress.h"
#include "lerl/cli/commands.h"

namespace lerl {
namespace {

[[noreturn]] void ExecuteBench(const std::vector<std::string>& arguments) {
  const std::filesystem::path program = ProgramBeside("lerl-bench");
  if (!std::filesystem::exists(program))
    throw Error(ErrorKind::kUsage, program.string() +
                                       ": the benchmarks are a program of their own, which is not "
                                       "built yet; `make bench` builds it");
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  std::string quiet = "--quiet";
  if (Progress::quiet()) words.push_back(quiet.data());
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.data()));
  words.push_back(nullptr);
  ::execv(program.c_str(), words.data());
  throw Error(ErrorKind::kIo, program.string() + ": cannot be started");
}

}  // namespace

void AddBenchCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("bench", "measure speed (`make bench` builds it)");
  command->set_help_flag();                       // lerl-bench has the help
  command->prefix_command()->fallthrough(false);  // all words are for lerl-bench
  command->callback([command] { ExecuteBench(command->remaining()); });
}

}  // namespace lerl
