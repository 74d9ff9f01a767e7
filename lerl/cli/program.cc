#include "lerl/cli/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/parallel.h"
#include "lerl/base/printable.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/base/version.h"
#include "lerl/cli/commands.h"
#include "lerl/nn/torch_threads.h"

namespace lerl {
namespace {

constexpr int kInterrupted = 130;  // the exit code

// The command that a mistyped one may have meant; empty where the command exists or none was given.
std::string CommandHint(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return "";
  const std::string nearest = NearestName(argv[1], names);
  return "lerl: no command is called '" + std::string(argv[1]) + "'" +
         (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") + "\n";
}

// Results name the paths that they are given, and JSON holds UTF-8 alone.
void RequireUtf8(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!IsUtf8(argv[i]))
      throw Error(ErrorKind::kUsage,
                  "argument " + std::to_string(i) + ", '" + argv[i] +
                      "', is not UTF-8; give such a folder or file a name in UTF-8");
  }
}

int Run(int argc, char** argv, const About& about,
        const std::function<void(CLI::App&)>& add_commands) {
  RequireUtf8(argc, argv);
  CLI::App app(about.about, about.name);
  app.footer(about.footer);
  app.require_subcommand(1);
  app.fallthrough();  // --quiet counts behind a command too
  app.set_version_flag("--version", Version() + " (" + Commit() + ")");
  bool quiet = false;
  app.add_flag("-q,--quiet", quiet, "no progress and no information on standard error");
  app.parse_complete_callback([&quiet] {
    Progress::SetQuiet(quiet);
    SetLogQuiet(quiet);
  });
  add_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::fputs(CommandHint(app, argc, argv).c_str(), stderr);
    const int code = app.exit(error);
    return code == 0 ? 0 : ExitCode(ErrorKind::kUsage);
  } catch (const Interrupted&) {
    return kInterrupted;
  } catch (const Stopped&) {
    return 0;
  }
  return StopRequested() ? kInterrupted : 0;
}

// Opens /dev/null for each standard stream that the caller closed, so that no file of ours gets its
// number and with it what is meant for people.
void KeepStandardStreams() {
  int descriptor = 0;
  do descriptor = ::open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) ::close(descriptor);
}

// The exit code of an error; what a stop has cut short counts as interrupted.
int Fail(const std::string& message, int code) {
  std::fprintf(stderr, "lerl: %s\n", PrintableMessage(message).c_str());
  return StopRequested() ? kInterrupted : code;
}

}  // namespace

int RunProgram(int argc, char** argv, const About& about,
               const std::function<void(CLI::App&)>& add_commands) {
  KeepStandardStreams();
  FlushDenormals();
  UseOneTorchThread();
  InstallStopHandler();
  try {
    const int code = Run(argc, argv, about, add_commands);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    throw Error(ErrorKind::kIo,
                "standard output: the result could not be written; is the disk full?");
  } catch (const Error& error) {
    return Fail(error.what(), ExitCode(error.kind()));
  } catch (const std::filesystem::filesystem_error& error) {
    return Fail(error.path1().string() + ": can't be used: " + error.code().message() +
                    "; check the path and its permissions",
                ExitCode(ErrorKind::kIo));
  } catch (const std::exception& error) {
    return Fail(
        "internal error: " + std::string(error.what()) + "\nThis is a bug; please report it.", 1);
  }
}

}  // namespace lerl
