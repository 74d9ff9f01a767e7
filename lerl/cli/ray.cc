// lerl ray: workers of a study as tasks of a Ray cluster. The launcher is a Python program
// (ray_launcher.py), which this one holds and becomes.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/ray_files.h"
#include "lerl/cli/study_options.h"

namespace lerl {
namespace {

struct RayFlags {
  std::string address, ledger, study, python = "python3", placement = "spread";
  int64_t workers = 1000, memory_mb = 0;
  double cpus = 1;
  std::vector<std::string> resources;
};

// The ledger's URL as nodes can read it, which start workers in other folders.
std::string Anywhere(const std::string& url) {
  constexpr std::string_view kFile = "sqlite:";
  if (url.find("://") != std::string::npos) return url;
  const bool named = url.starts_with(kFile);
  return (named ? std::string(kFile) : "") +
         std::filesystem::absolute(named ? url.substr(kFile.size()) : url).string();
}

[[noreturn]] void ExecuteRay(const RayFlags& options) {
  if (options.ledger.empty())
    throw Error(ErrorKind::kUsage, "--ledger: names no ledger; give it, or set LERL_LEDGER");
  ::setenv(kLedgerVariable, Anywhere(options.ledger).c_str(), 1);
  std::vector<std::string> words = {options.python,
                                    "-c",
                                    std::string(kRayLauncherPy),
                                    "--program",
                                    std::filesystem::read_symlink("/proc/self/exe").string(),
                                    "--address",
                                    options.address,
                                    "--study",
                                    options.study,
                                    "--workers",
                                    std::to_string(options.workers),
                                    "--cpus",
                                    std::to_string(options.cpus),
                                    "--memory-mb",
                                    std::to_string(options.memory_mb),
                                    "--placement",
                                    options.placement};
  for (const std::string& resource : options.resources)
    words.insert(words.end(), {"--resource", resource});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  throw Error(ErrorKind::kUsage, "--python " + options.python + ": there is no such program");
}

}  // namespace

void AddRayCommand(CLI::App& app) {
  auto options = std::make_shared<RayFlags>();
  if (const char* given = std::getenv(kLedgerVariable)) options->ledger = given;
  CLI::App* command = app.add_subcommand("ray", "workers of a study as tasks of a Ray cluster");
  command->add_option("--address", options->address, "of the cluster, HOST:PORT or auto")
      ->required();
  command->add_option("--ledger", options->ledger,
                      "ledger of cells, as of `lerl work`; without it what LERL_LEDGER says");
  command->add_option("--study", options->study, "the study, where the ledger holds several");
  command
      ->add_option("--workers", options->workers,
                   "workers at most; no more are asked for than there are cells to run")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--cpus", options->cpus, "CPUs that a worker takes")
      ->check(CLI::Range(0.01, 1024.0))
      ->capture_default_str();
  command->add_option("--memory-mb", options->memory_mb, "memory that a worker takes; 0: unsaid")
      ->check(CLI::Range(0, 100000000))
      ->capture_default_str();
  command
      ->add_option("--resource", options->resources,
                   "a resource of the cluster that a worker takes, NAME=AMOUNT")
      ->allow_extra_args(false);
  command
      ->add_option("--placement", options->placement,
                   "spread workers over nodes, or pack them on few")
      ->check(CLI::IsMember({"spread", "pack"}))
      ->capture_default_str();
  command->add_option("--python", options->python, "a Python that can import Ray")
      ->capture_default_str();
  command->footer(
      "Example:\n"
      "  lerl ray --address auto --ledger postgresql://db/lerl\n"
      "The cells are put on the ledger by a command with --put, such as `lerl compare`, which\n"
      "collects the results afterwards (docs/scaling.md).");
  command->callback([options] { ExecuteRay(*options); });
}

}  // namespace lerl
