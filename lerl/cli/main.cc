// lerl: the command line.

#include <CLI/CLI.hpp>

#include "lerl/cli/commands.h"
#include "lerl/cli/program.h"

namespace {

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

void AddCommands(CLI::App& app) {
  lerl::AddFetchCommand(app);
  lerl::AddDataCommand(app);
  lerl::AddListCommand(app);
  lerl::AddModelCommand(app);
  lerl::AddPlanCommand(app);
  lerl::AddTrainCommand(app);
  lerl::AddTuneCommand(app);
  lerl::AddEvaluateCommand(app);
  lerl::AddRecommendCommand(app);
  lerl::AddServeCommand(app);
  lerl::AddEventsCommand(app);
  lerl::AddOpeCommand(app);
  lerl::AddCompareCommand(app);
  lerl::AddStudyCommand(app);
  lerl::AddAuditCommand(app);
  lerl::AddSimCommand(app);
  lerl::AddWorkCommand(app);
  lerl::AddRayCommand(app);
  lerl::AddReflectionsCommand(app);
  lerl::AddReportCommand(app);
  lerl::AddBenchCommand(app);
}

}  // namespace

int main(int argc, char** argv) {
  return lerl::RunProgram(argc, argv, {.about = kAbout, .footer = kFirstSteps}, AddCommands);
}
