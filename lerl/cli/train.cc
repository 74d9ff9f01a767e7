// lerl train: one run per seed of a configuration.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/learn_options.h"
#include "lerl/cli/run_options.h"
#include "lerl/planner/registry.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/run_search.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

struct TrainFlags {
  RunOptions run;
  LearnOptions learn;
  std::string out = "runs";
  bool resume = false;
  bool show = false;
  bool changed = false;
};

// People who give a longer train.iterations may expect that the run goes on.
void SayThatRunsAreNotExtended(const std::filesystem::path& root, const RunConfig& config) {
  if (std::filesystem::exists(GroupFolder(root, config))) return;
  const std::optional<NearestRun> nearest = FindNearestRun(root, config);
  if (!nearest || nearest->differences.size() != 1 ||
      nearest->differences[0].key != "train.iterations")
    return;
  LogWarning(
      "train.iterations: " + nearest->group.string() + " is the same run with " +
      nearest->differences[0].there +
      "; a run is not extended, because schedules follow its length, so that this one begins "
      "anew");
}

void ExecuteTrain(const TrainFlags& options) {
  if (options.learn.given() && options.show)
    return ShowLearnSettings(options.run.sets, options.changed);
  if (options.learn.given()) return TrainFromEvents(options.learn, options.run.sets, options.out);
  if (options.run.config.empty()) throw CLI::RequiredError("--config");
  const RunConfig config = options.run.Read();
  if (options.show) {
    const std::string text = options.changed ? DescribeChanges(config) : DescribeConfig(config);
    std::fputs(text.c_str(), stdout);
    return;
  }
  RequireWritable(options.out);
  const std::filesystem::path group = GroupFolder(options.out, config);
  SayThatRunsAreNotExtended(options.out, config);
  CheckLanguageModel(config.planner);
  const std::unique_ptr<World> world = LoadWorld(config);
  const std::string problem = SpreadProblem(*world, *config.env);
  nlohmann::json results = nlohmann::json::array();
  std::string invalid;
  for (const int64_t seed : config.train.seeds) {
    const TrainResult result = Train(*world, config, seed, SeedFolder(group, seed),
                                     options.resume ? Resume::kContinue : Resume::kNever);
    if (!result.finished) {
      LogWarning("stopped at iteration " + std::to_string(result.iterations) + " of seed " +
                 std::to_string(seed) +
                 (result.stop_reason.empty() ? "" : " (" + result.stop_reason + ")") +
                 "; go on with the same command and --resume");
      throw Interrupted();
    }
    if (result.seconds == 0)
      LogWarning("seed " + std::to_string(seed) + ": this run was finished before; nothing to do");
    if (!result.stale.empty())
      LogWarning("seed " + std::to_string(seed) + ": the run is stale: " + result.stale +
                 "; delete its folder to train anew");
    results.push_back({{"seed", seed},
                       {"folder", SeedFolder(group, seed).string()},
                       {"iterations", result.iterations},
                       {"user_steps", result.user_steps},
                       {"seconds", result.seconds}});
    if (!result.invalid.empty()) {
      results.back()["invalid"] = result.invalid;
      if (invalid.empty()) invalid = SeedFolder(group, seed).string() + ": " + result.invalid;
    }
    if (result.kept_iteration) results.back()["kept_iteration"] = *result.kept_iteration;
    if (result.teaching)
      results.back()["labels"] = {{"given", result.teaching->labels},
                                  {"median_age", result.teaching->median_age},
                                  {"overlap", result.teaching->overlap},
                                  {"NDCG@5", result.teaching->ndcg}};
  }
  if (!problem.empty()) LogWarning(problem);
  std::printf("%s\n", results.dump(2).c_str());
  if (!invalid.empty())
    throw Error(ErrorKind::kUnusable,
                invalid +
                    ", more than 5%: the run is invalid, and marked so wherever it is judged; "
                    "mend that, delete the folder and train again");
}

}  // namespace

void AddTrainCommand(CLI::App& app) {
  auto options = std::make_shared<TrainFlags>();
  CLI::App* command = app.add_subcommand(
      "train", "train an agent, one run per seed, or fine-tune one on a service's store");
  CLI::Option* config = options->run.AddTo(*command)->required(false);
  options->learn.AddTo(*command)->excludes(config)->excludes("--with");
  command->add_option("--out", options->out, "folder of runs")->capture_default_str();
  command->add_flag("--resume", options->resume, "go on from the last checkpoint")
      ->excludes("--from-events");
  CLI::Option* show = command->add_flag("--show", options->show,
                                        "print all settings with their meaning, as TOML, and stop");
  command->add_flag("--changed", options->changed, "show those alone that are not the defaults")
      ->needs(show);
  command->footer(
      "Example:\n"
      "  lerl train --config configs/ml100k_lerl.toml --set train.iterations=20\n"
      "  lerl train --config configs/ml100k_lerl.toml --show --changed\n"
      "  lerl train --from-events runs/events.sqlite --run runs/ppo+none-1234abcd/seed-1\n"
      "  lerl train --from-events runs/events.sqlite --run RUN --show\n"
      "Ctrl-C stops at the next checkpoint; --resume goes on and ends with the same bytes. With\n"
      "--from-events a new version is written only where held-out users show it to be better than\n"
      "the run; where they don't, the exit code is 10. Interrupted, that begins anew.");
  command->callback([options] { ExecuteTrain(*options); });
}

}  // namespace lerl
