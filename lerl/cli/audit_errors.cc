// lerl audit errors: in what way plans are wrong, and for whom.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/audit/plan_errors_table.h"
#include "lerl/eval/ledger.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

struct ErrorsFlags {
  RunOptions run;
  HeldOutOptions held_out;
  PlanErrorsOptions audit;
  SeedOptions seeds{.seeds = 3};
  bool smoke = false, json = false;
  std::string out = "runs/errors";
};

Look ErrorsLook(const ErrorsFlags& flags, const RunConfig& config, const World& world) {
  std::string what = "errors " + flags.audit.task + " " + std::to_string(flags.audit.iterations);
  std::string named;
  for (const std::string& planner : flags.audit.planners) named += " " + planner;
  const std::string command = "lerl audit errors" + flags.run.Text() + flags.held_out.Text() +
                              " --task '" + flags.audit.task + "'" +
                              (named.empty() ? "" : " --planners" + named);
  return LookAt(world, flags.audit.users, flags.audit.seeds, command,
                HashText(what + named + RowHash(config)));
}

void RequireThatTheyRank(const std::vector<std::string>& planners) {
  for (const std::string& name : planners)
    if (const PlannerRow& row = FindPlannerRow(name, "--planners"); !row.ranks || row.has_teacher)
      throw Error(ErrorKind::kConfig, "--planners: " + name +
                                          (row.ranks ? " imitates another planner; name that one"
                                                     : " ranks nothing, so that it has no plans"));
}

void ExecuteErrors(ErrorsFlags flags) {
  flags.audit.seeds = flags.seeds.List();
  RequireThatTheyRank(flags.audit.planners);
  RunConfig config = flags.run.Read();
  RequireWritable(flags.out);
  RunConfig of_world = config;
  SetFields(of_world, {"env.task=evolving"});
  const std::unique_ptr<World> world = LoadWorld(of_world, flags.held_out.Which());
  RequireHeldOut(world->split, world->judged);
  if (flags.smoke) {
    flags.audit.users = std::min<int64_t>(flags.audit.users, 6);
    flags.audit.iterations = std::min<int64_t>(flags.audit.iterations, 1);
    flags.audit.seeds.resize(2);
    config.planner.llm.train_plans = std::min<int64_t>(config.planner.llm.train_plans, 8);
  }
  const auto looks = RecordLook(flags.out, ErrorsLook(flags, config, *world));
  const std::optional<PlanErrorsOutcome> outcome = AuditPlanErrors(*world, config, flags.audit);
  if (!outcome) throw Interrupted();
  std::printf("%s\n", flags.json ? PlanErrorsJson(*outcome, looks).dump(2).c_str()
                                 : PlanErrorsText(*outcome, looks).c_str());
}

}  // namespace

void AddAuditErrorsCommand(CLI::App& audit) {
  auto flags = std::make_shared<ErrorsFlags>();
  CLI::App* command =
      audit.add_subcommand("errors", "in what way each planner's plans are wrong, and for whom");
  flags->run.AddTo(*command);
  flags->held_out.AddTo(*command, HeldOut::kValidation);
  flags->seeds.AddTo(*command, flags->audit.users, "how many");
  command->add_option("--task", flags->audit.task, "what is played")
      ->check(CLI::IsMember({kEvolvingTask, kLerlTask, kColdTask}))
      ->capture_default_str();
  command->add_option("--planners", flags->audit.planners,
                      "only these; wish planners where users say wishes");
  command
      ->add_option("--practice", flags->audit.iterations,
                   "iterations of 64 sessions that planners which learn play before")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  command->add_option("--out", flags->out, "folder of looks.jsonl")->capture_default_str();
  command->add_flag("--smoke", flags->smoke, "cut short, to see in seconds that everything runs");
  command->add_flag("--json", flags->json, "as JSON, with the bins of the calibration");
  command->footer(
      "Examples:\n"
      "  lerl audit errors --config configs/ml100k_lerl.toml --planners learned llm\n"
      "  lerl audit errors --config configs/ml100k_lerl.toml --planners learned wish_keywords \\\n"
      "    --set env.evolving.craving.up=10 --set env.evolving.craving.down=6\n"
      "Held-out users play whole sessions under each planner. Counted are plans that are invalid,\n"
      "stale, repeat what saturates, ignore the user's history or wish, are only popular, or miss\n"
      "an interest that the log is silent on (lerl/eval/audit/plan_errors.h), for all users and "
      "by\n"
      "group, with an example of each. Of a language model it is also said what its scores are\n"
      "worth as probabilities.");
  command->callback([flags] { ExecuteErrors(*flags); });
}

}  // namespace lerl
