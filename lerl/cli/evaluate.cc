// lerl evaluate: the newest finished run of a configuration on held-out users.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/base/stop.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/eval/evaluation.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/tables/comparison_table.h"
#include "lerl/train/held_out.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/run_search.h"

namespace lerl {
namespace {

struct EvaluateFlags {
  RunOptions run;
  std::string runs = "runs";
  std::vector<std::string> metrics;
  std::string planner = "own";
  HeldOutOptions held_out;
  bool json = false;
};

Look MakeLook(const EvaluateFlags& options, const RunConfig& config, const World& world) {
  return LookAt(world, config.evaluation.users, config.train.seeds,
                "lerl evaluate" + options.run.Text() + options.held_out.Text(), RowHash(config));
}

// Thrown behind the figures, which are marked.
void RequireValid(const EvaluationResult& row) {
  if (row.valid()) return;
  const std::string why = row.invalid_run.empty() ? "more than 5% of the plans are fallbacks"
                                                  : "its run is invalid, " + row.invalid_run;
  throw Error(ErrorKind::kUnusable,
              row.policy + ": " + why + "; the figures say little of this planner");
}

void ExecuteEvaluate(const EvaluateFlags& options) {
  RunConfig config = options.run.Read();
  config.evaluation.teacher |= options.planner == "teacher";
  const std::filesystem::path group = FindFinishedGroup(options.runs, config);
  const std::unique_ptr<World> world = LoadWorld(config, options.held_out.Which());
  RequireHeldOut(world->split, world->judged);
  const std::string problem = SpreadProblem(*world, *config.env);
  if (!problem.empty()) LogWarning(problem);
  const std::optional<int64_t> looks = RecordLook(options.runs, MakeLook(options, config, *world));
  std::vector<HeldOutPlay> plays;
  for (const int64_t seed : config.train.seeds) {
    if (StopRequested()) throw Interrupted();
    plays.push_back(
        EvaluateRun(*world, config, seed, SeedFolder(group, seed), {.show_progress = true}));
  }
  const std::string planner = config.evaluation.teacher
                                  ? config.planner.student.teacher + " (teacher)"
                                  : config.planner.name;
  Evaluation evaluation = EvaluateRow(config.agent.name + "+" + planner, *world, config, plays);
  evaluation.result.looks = looks;
  if (options.json) {
    std::printf("%s\n", nlohmann::json(evaluation.result).dump(2).c_str());
  } else {
    const EvaluationResult& row = evaluation.result;
    std::fputs(ComparisonTable({row}, {}, options.metrics).c_str(), stdout);
  }
  RequireValid(evaluation.result);
}

}  // namespace

void AddEvaluateCommand(CLI::App& app) {
  auto options = std::make_shared<EvaluateFlags>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "judge the newest finished run of a configuration on held-out users");
  options->run.AddTo(*command);
  command->add_option("--runs", options->runs, "folder that is searched for runs")
      ->capture_default_str();
  command
      ->add_option("--metrics", options->metrics,
                   "columns of the table beside T_int, R_cum and R_sin (`lerl list`)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(MetricNames()));
  command
      ->add_option("--planner", options->planner,
                   "who plans: the run's own planner, or the teacher of its student "
                   "(as evaluation.teacher)")
      ->check(CLI::IsMember({"own", "teacher"}))
      ->capture_default_str();
  options->held_out.AddTo(*command, HeldOut::kTest);
  command->add_flag("--json", options->json, "one JSON object in place of the table");
  command->footer(
      "Example:\n"
      "  lerl evaluate --config configs/ml100k_lerl.toml --json\n"
      "Each held-out user plays one whole session per seed, without exploration. Without a "
      "finished\n"
      "run the exit code is 7. Each look at test or sealed users is written to looks.jsonl in the\n"
      "folder --runs, and counted there.");
  command->callback([options] { ExecuteEvaluate(*options); });
}

}  // namespace lerl
