// lerl: the command line. Exit codes: 0 success, 1 a bug, 2 to 10 what the user can mend
// (base/error.h has the table), 130 interrupted.

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
#include "lerl/nn/torch_arrays.h"

namespace {

constexpr int kInterrupted = 130;  // the exit code

constexpr char kAbout[] =
    "lerl: interactive recommendation that keeps people satisfied over a whole session.\n"
    "A language model plans which categories to show, PPO picks the items inside the plan, and a\n"
    "simulator of users learned from real logs trains and judges both.";

constexpr char kFirstSteps[] =
    "First steps:\n"
    "  lerl fetch ml-100k                                get a data set\n"
    "  lerl data info ml-100k                            look at it\n"
    "  lerl train --config configs/ml100k_lerl.toml      train\n"
    "  lerl evaluate --config configs/ml100k_lerl.toml   judge on held-out users\n"
    "  lerl recommend --config configs/ml100k_lerl.toml --user 42   see what it shows to a user\n"
    "  lerl compare --config configs/demo_ml100k.toml    compare policies, with a report\n"
    "`lerl COMMAND --help` shows a command's options and an example.";

// The command that a mistyped one may have meant; empty where the command exists or none was given.
std::string CommandHint(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return "";
  const std::string nearest = lerl::NearestName(argv[1], names);
  return "lerl: no command is called '" + std::string(argv[1]) + "'" +
         (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") + "\n";
}

// Results name the paths that they are given, and JSON holds UTF-8 alone.
void RequireUtf8(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!lerl::IsUtf8(argv[i]))
      throw lerl::Error(lerl::ErrorKind::kUsage,
                        "argument " + std::to_string(i) + ", '" + argv[i] +
                            "', is not UTF-8; give such a folder or file a name in UTF-8");
  }
}

int Run(int argc, char** argv) {
  RequireUtf8(argc, argv);
  CLI::App app(kAbout);
  app.footer(kFirstSteps);
  app.require_subcommand(1);
  app.set_version_flag("--version", lerl::Version() + " (" + lerl::Commit() + ")");
  bool quiet = false;
  app.add_flag("-q,--quiet", quiet, "no progress and no information on standard error");
  app.parse_complete_callback([&quiet] {
    lerl::Progress::SetQuiet(quiet);
    lerl::SetLogQuiet(quiet);
  });
  lerl::AddFetchCommand(app);
  lerl::AddDataCommand(app);
  lerl::AddListCommand(app);
  lerl::AddModelCommand(app);
  lerl::AddPlanCommand(app);
  lerl::AddTrainCommand(app);
  lerl::AddTuneCommand(app);
  lerl::AddEvaluateCommand(app);
  lerl::AddRecommendCommand(app);
  lerl::AddCompareCommand(app);
  lerl::AddAuditCommand(app);
  lerl::AddReflectionsCommand(app);
  lerl::AddReportCommand(app);
  lerl::AddBenchCommand(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::fputs(CommandHint(app, argc, argv).c_str(), stderr);
    const int code = app.exit(error);
    return code == 0 ? 0 : lerl::ExitCode(lerl::ErrorKind::kUsage);
  } catch (const lerl::Interrupted&) {
    return kInterrupted;
  }
  return lerl::StopRequested() ? kInterrupted : 0;
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
  std::fprintf(stderr, "lerl: %s\n", lerl::PrintableMessage(message).c_str());
  return lerl::StopRequested() ? kInterrupted : code;
}

}  // namespace

int main(int argc, char** argv) {
  KeepStandardStreams();
  lerl::FlushDenormals();
  lerl::UseOneTorchThread();
  lerl::InstallStopHandler();
  try {
    const int code = Run(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    throw lerl::Error(lerl::ErrorKind::kIo,
                      "standard output: the result could not be written; is the disk full?");
  } catch (const lerl::Error& error) {
    return Fail(error.what(), lerl::ExitCode(error.kind()));
  } catch (const std::exception& error) {
    return Fail(
        "internal error: " + std::string(error.what()) + "\nThis is a bug; please report it.", 1);
  }
}
