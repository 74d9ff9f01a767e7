// lerl train: one run per seed of a configuration.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/stop.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/learn_options.h"
#include "lerl/cli/run_options.h"
#include "lerl/cli/train_ranks.h"
#include "lerl/planner/registry.h"
#include "lerl/train/rank_play.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/run_search.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

struct TrainFlags {
  RunOptions run;
  LearnOptions learn;
  std::string out = "runs";
  RankOptions ranks;
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

// Makes the world of a configuration, where ranks of one machine don't fit the same at once.
std::unique_ptr<World> WorldOfRanks(const RunConfig& config, Ranks& ranks) {
  std::unique_ptr<World> world;
  ranks.OneBeforeOthers([&] { world = LoadWorld(config); });
  RequireSameWorld(ranks, *world);
  return world;
}

// Trains all seeds as one of the ranks, of which the first reports.
void TrainSeeds(const TrainFlags& options, const RunConfig& config, Ranks& ranks) {
  RequireSameRun(ranks, config, options.resume ? "--resume" : "no --resume");
  const std::filesystem::path group = GroupFolder(options.out, config);
  if (ranks.first()) {
    RequireWritable(options.out);
    SayThatRunsAreNotExtended(options.out, config);
  }
  CheckLanguageModel(config.planner);
  const std::unique_ptr<World> world = WorldOfRanks(config, ranks);
  const std::string problem = SpreadProblem(*world, *config.env);
  nlohmann::json results = nlohmann::json::array();
  std::string invalid;
  for (const int64_t seed : config.train.seeds) {
    const TrainResult result =
        Train(*world, config, seed, SeedFolder(group, seed),
              options.resume ? Resume::kContinue : Resume::kNever, {}, StopRequested, ranks);
    if (!result.finished && !ranks.first()) throw Interrupted();
    if (!ranks.first()) continue;
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
  if (!ranks.first()) return;
  if (!problem.empty()) LogWarning(problem);
  std::printf("%s\n", results.dump(2).c_str());
  if (!invalid.empty())
    throw Error(ErrorKind::kUnusable,
                invalid +
                    ", more than 5%: the run is invalid, and marked so wherever it is judged; "
                    "mend that, delete the folder and train again");
}

// One of several ranks tells the others why it fails, and says which it is.
void TrainAsRank(const TrainFlags& options, RunConfig config, const RankPlace& place) {
  config.train.threads =
      ThreadsOfRank(static_cast<int>(config.train.threads),
                    static_cast<int>(std::thread::hardware_concurrency()), place);
  const std::unique_ptr<Ranks> ranks = JoinOthers(place, options.ranks);
  try {
    TrainSeeds(options, config, *ranks);
  } catch (const Error& error) {
    ranks->Leave(error.what());
    throw Error(error.kind(), "rank " + std::to_string(place.rank) + " of " +
                                  std::to_string(place.size) + ": " + error.what());
  } catch (const std::exception& error) {
    ranks->Leave(error.what());
    throw;
  }
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
  const std::optional<RankPlace> place = PlaceAmongRanks(options.ranks);
  if (!place && options.ranks.ranks > 1) return StartRanks(options.ranks, config);
  if (place && place->size > 1) return TrainAsRank(options, config, *place);
  TrainSeeds(options, config, Alone());
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
  command
      ->add_option("--ranks", options->ranks.ranks,
                   "train in so many processes on this machine, to the same result")
      ->check(CLI::Range(1, 4096))
      ->excludes("--from-events");
  command
      ->add_option("--rank-timeout", options->ranks.timeout_s,
                   "seconds that a rank waits for the others before it counts them as gone")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  CLI::Option* show = command->add_flag("--show", options->show,
                                        "print all settings with their meaning, as TOML, and stop");
  command->add_flag("--changed", options->changed, "show those alone that are not the defaults")
      ->needs(show);
  command->footer(
      "Example:\n"
      "  lerl train --config configs/ml100k_lerl.toml --set train.iterations=20\n"
      "  lerl train --config configs/ml100k_lerl.toml --show --changed\n"
      "  lerl train --config configs/ml100k_lerl.toml --ranks 2\n"
      "  lerl train --from-events runs/events.sqlite --run runs/ppo+none-1234abcd/seed-1\n"
      "  lerl train --from-events runs/events.sqlite --run RUN --show\n"
      "Ctrl-C stops at the next checkpoint; --resume goes on and ends with the same bytes. With\n"
      "--from-events a new version is written only where held-out users show it to be better than\n"
      "the run; where they don't, the exit code is 10. Interrupted, that begins anew.");
  command->callback([options] { ExecuteTrain(*options); });
}

}  // namespace lerl
