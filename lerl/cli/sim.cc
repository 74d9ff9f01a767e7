// lerl sim: the simulator judged. Is it fit to compare policies in?

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/sim_audit/sim_audit_table.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

struct SimFlags {
  RunOptions run;
  SimAuditOptions audit;
  SeedOptions seeds{.seeds = 3};
  bool json = false;
  std::string out = "runs/sim-audit";
};

// Cuts the audit so short that it shows that everything runs, and nothing else.
void CutToSmoke(SimFlags& flags) {
  flags.audit.play.users = std::min<int64_t>(flags.audit.play.users, 5);
  flags.audit.play.seeds.resize(2);
  flags.audit.refits = std::min<int64_t>(flags.audit.refits, 1);
  flags.audit.splits = std::min<int64_t>(flags.audit.splits, 2);
}

void ExecuteAudit(SimFlags flags) {
  flags.audit.play.seeds = flags.seeds.List();
  if (flags.audit.smoke) CutToSmoke(flags);
  const RunConfig config = flags.run.Read();
  RequireWritable(flags.out);
  const std::unique_ptr<World> world = LoadWorld(config);
  SimAudit audit = AuditSimulator(*world, config, flags.audit);
  audit.command =
      "lerl sim audit" + flags.run.Text() + " --users " + std::to_string(flags.audit.play.users) +
      " --seeds " + std::to_string(flags.audit.play.seeds.size()) + " --refits " +
      std::to_string(flags.audit.refits) + " --splits " + std::to_string(flags.audit.splits);
  WriteSimAudit(flags.out, audit);
  WriteFileWhole(std::filesystem::path(flags.out) / "audit.md", SimAuditMarkdown(audit));
  std::printf("%s\n",
              flags.json ? SimAuditJson(audit).dump(2).c_str() : SimAuditText(audit).c_str());
  if (audit.fitness() == Fitness::kUnfit && !audit.smoke)
    throw Error(ErrorKind::kUnusable, VerdictLine(audit) + "; the page is in " + flags.out);
}

}  // namespace

void AddSimCommand(CLI::App& app) {
  CLI::App* sim = app.add_subcommand("sim", "the simulator: is it any good?");
  sim->require_subcommand(1);
  sim->footer("Example:\n  lerl sim audit --config configs/ml100k_lerl.toml");
  auto flags = std::make_shared<SimFlags>();
  CLI::App* audit = sim->add_subcommand("audit", "is this simulator fit to compare policies in?");
  flags->run.AddTo(*audit);
  flags->seeds.AddTo(*audit, flags->audit.play.users, "how many");
  audit
      ->add_option("--refits", flags->audit.refits,
                   "simulators that are fitted anew to see whether the ranking of policies stays")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  audit
      ->add_option("--splits", flags->audit.splits,
                   "halvings of the log of the counterfactual check")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  audit->add_option("--out", flags->out, "folder of audit.json and audit.md")
      ->capture_default_str();
  audit->add_flag("--smoke", flags->audit.smoke,
                  "cut short, to see in seconds that everything runs");
  audit->add_flag("--json", flags->json, "as JSON");
  audit->footer(
      "Example:\n"
      "  lerl sim audit --config configs/ml100k_lerl.toml\n"
      "The first line is the verdict: fit, fit with limits, or unfit (exit code 10). No language\n"
      "model runs and nothing is trained but the simulator; held-out users are validation users.");
  audit->callback([flags] { ExecuteAudit(*flags); });
}

}  // namespace lerl
