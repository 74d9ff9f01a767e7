// lerl audit: how well a part does what it is for.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/audit_table.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

struct Options {
  RunOptions run;
  std::string runs = "runs";
  AuditOptions audit;
  bool json = false;
};

void Execute(Options options) {
  const RunConfig config = options.run.Read();
  options.audit.run_seed = config.train.seeds.front();
  try {
    options.audit.run = SeedFolder(FindFinishedGroup(options.runs, config), options.audit.run_seed);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNoRun) throw;
    LogInfo("audit: no finished run of this configuration; its planner is judged as it starts");
  }
  const std::unique_ptr<World> world = LoadWorld(config);
  const std::vector<AuditRow> rows = AuditPlanners(*world, config, options.audit);
  std::printf("%s\n", options.json ? AuditJson(rows, config, options.audit).c_str()
                                   : AuditText(rows).c_str());
}

}  // namespace

void AddAuditCommand(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("audit", "judge a part of the system on its own");
  command->require_subcommand(1);
  command->footer("Example:\n  lerl audit planner --config configs/ml100k_lerl.toml");
  CLI::App* planner = command->add_subcommand(
      "planner", "every planner's rankings against what held-out users like next");
  options->run.AddTo(*planner);
  planner->add_option("--runs", options->runs, "folder that is searched for a finished run")
      ->capture_default_str();
  planner->add_option("--users", options->audit.users, "held-out users")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  planner
      ->add_option("--iterations", options->audit.iterations,
                   "of 64 sessions that planners which learn play in the simulator")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  planner->add_flag("--json", options->json, "as JSON");
  planner->footer(
      "Example:\n"
      "  lerl audit planner --config configs/ml100k_lerl.toml --set planner.llm.threads=2\n"
      "Five seeds; 95% intervals over users and seeds. The configuration's own planner is taken "
      "from\n"
      "its finished run, where there is one below --runs.");
  planner->callback([options] { Execute(*options); });
}

}  // namespace lerl
