#include "lerl/train/tuning.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "lerl/agents/search_space.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/halton.h"
#include "lerl/base/index.h"
#include "lerl/base/json_file.h"
#include "lerl/base/json_text.h"
#include "lerl/base/log.h"
#include "lerl/base/parallel.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/base/version.h"
#include "lerl/planner/registry.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

SearchSpace RequireSpace(const std::string& agent) {
  const AgentRow& row = FindAgentRow(agent);
  if (row.space == nullptr)
    throw Error(ErrorKind::kConfig, "agent '" + agent + "' has no settings to tune; these have: " +
                                        JoinNames(TunableAgents()));
  return row.space();
}

std::string TrialName(int64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "trial-%04lld", static_cast<long long>(number));
  return text;
}

Trial MakeTrial(const SearchSpace& space, uint64_t seed, int64_t number) {
  Trial trial{.number = number, .settings = {}, .values = {}};
  if (number == 0) return trial;
  for (size_t d = 0; d < space.size(); ++d)
    trial.settings.push_back(space[d].name + "=" +
                             space[d].At(ScrambledHalton(seed, number, static_cast<int>(d))));
  return trial;
}

class Search {
 public:
  Search(const ConfigSource& source, const TuneOptions& options)
      : options_(options),
        space_(RequireSpace(options.agent)),
        source_(source.With({"agent.name=" + options.agent})),
        base_(ReadRunConfig(source_)),
        world_(LoadWorld(base_)),
        lock_(options.folder) {
    if (world_->split.valid_users.empty())
      throw Error(ErrorKind::kConfig,
                  source.name() + ": the split has no validation users to judge trials by");
    RequireSpread(*world_, *base_.env);
  }

  TuneResult Run() {
    const auto runs = static_cast<int64_t>(base_.train.seeds.size());
    const int64_t per_trial = runs * base_.train.iterations;
    Progress progress("tune " + options_.agent, options_.trials * per_trial, "iterations");
    // 1. Trials that the folder holds already.
    std::vector<std::optional<Trial>> trials(static_cast<size_t>(options_.trials));
    for (int64_t n = 0; n < options_.trials; ++n) {
      trials[static_cast<size_t>(n)] = ReadTrial(n);
      if (trials[static_cast<size_t>(n)]) Note(*trials[static_cast<size_t>(n)], per_trial);
    }
    progress.Advance(done_, note_);
    // 2. The others, side by side.
    ParallelFor(options_.trials, options_.jobs, [&](int64_t n) {
      std::optional<Trial>& trial = trials[static_cast<size_t>(n)];
      if (!trial && !Stopped()) trial = RunTrial(n, progress);
    });
    TuneResult result{.finished = true,
                      .agent = options_.agent,
                      .seed = options_.seed,
                      .run_seeds = base_.train.seeds,
                      .trials = {}};
    for (const std::optional<Trial>& trial : trials) {
      if (trial) result.trials.push_back(*trial);
      result.finished &= trial.has_value();
    }
    return result;
  }

 private:
  // Hash of everything that decides the trials except how many there are.
  std::string Identity() const {
    Json space = Json::array();
    for (const SearchSetting& s : space_)
      space.push_back({s.name, s.low, s.high, s.logarithmic, s.choices});
    return ConfigHash({{"config", TrainHash(base_)},
                       {"data", world_->fingerprint},
                       {"run_seeds", base_.train.seeds},
                       {"seed", options_.seed},
                       {"space", space}});
  }

  fs::path FileOf(int64_t number) const { return options_.folder / (TrialName(number) + ".json"); }

  std::optional<Trial> ReadTrial(int64_t number) const {
    const fs::path path = FileOf(number);
    if (!fs::exists(path)) return std::nullopt;
    const Json json = TryReadJsonFile(path);
    Trial trial = MakeTrial(space_, options_.seed, number);
    const Json& values = MemberOf(json, "values");
    const bool whole =
        values.is_array() && values.size() == base_.train.seeds.size() &&
        std::ranges::all_of(values, [](const Json& value) { return value.is_number(); });
    if (!whole || !MemberOf(json, "search").is_string())
      throw Error(ErrorKind::kCheckpoint,
                  path.string() + ": damaged; delete it, and the trial is made again");
    if (json["search"] != Identity())
      throw Error(ErrorKind::kCheckpoint,
                  path.string() +
                      ": of a search with another configuration, data set or seed; "
                      "choose another folder with --folder");
    trial.commit = TextOf(json, "commit");
    if (trial.commit.empty()) trial.commit = "an unknown commit";
    if (trial.commit != Commit() && !options_.reuse_stale) {
      LogWarning(path.string() + ": stale, made at " + trial.commit +
                 "; the trial is made anew (--reuse-stale takes it as it is)");
      return std::nullopt;
    }
    values.get_to(trial.values);
    return trial;
  }

  void WriteTrial(const Trial& trial) const {
    const Json json = {{"search", Identity()},
                       {"number", trial.number},
                       {"settings", trial.settings},
                       {"values", trial.values},
                       {"commit", Commit()}};
    WriteJsonFile(FileOf(trial.number), json);
    fs::remove_all(options_.folder / TrialName(trial.number));
  }

  // Whether the search ends: a stop was requested, or a planner ended its run.
  bool Stopped() const { return StopRequested() || planner_stopped_; }

  // Trains the runs of a trial, one after another; returns nothing if one was stopped.
  std::optional<Trial> RunTrial(int64_t number, Progress& progress) {
    Trial trial = MakeTrial(space_, options_.seed, number);
    const RunConfig config = ReadRunConfig(source_.With(TrialSets(options_.agent, trial)));
    for (const int64_t seed : config.train.seeds) {
      const fs::path folder = SeedFolder(options_.folder / TrialName(number), seed);
      if (!options_.reuse_stale && !StaleRun(folder, config, world_->fingerprint, seed).empty())
        fs::remove_all(folder);  // begun by another program
      int64_t reported = 0;
      const TrainResult run = Train(
          *world_, config, seed, folder, Resume::kContinue,
          [&](int64_t iteration, const std::string&) {
            const std::lock_guard lock(mutex_);
            done_ += iteration - std::exchange(reported, iteration);
            progress.Advance(done_, note_);
          },
          [this] { return Stopped(); });
      if (!run.stop_reason.empty()) planner_stopped_ = true;
      if (!run.finished) return std::nullopt;
      if (!run.invalid.empty())
        throw Error(ErrorKind::kUnusable,
                    folder.string() + ": " + run.invalid +
                        "; its trial says nothing of the settings. Mend that, "
                        "delete the folder and give the same command");
      const std::lock_guard lock(mutex_);
      done_ += config.train.iterations - reported;  // of a run that ended early
      trial.values.push_back(ValidationOf(folder, run.kept_iteration));
    }
    trial.commit = Commit();
    WriteTrial(trial);
    const std::lock_guard lock(mutex_);
    Note(trial, 0);
    return trial;
  }

  // The point of the learning curve that the run's result has: the last one, or that of the
  // iteration which was kept.
  static double ValidationOf(const fs::path& folder, std::optional<int64_t> kept) {
    const std::vector<Json> lines = ReadMetrics(folder);
    LERL_CHECK(!lines.empty());
    return lines[kept ? At(*kept) : lines.size() - 1].at("valid_R_cum");
  }

  // Adds iterations to what the progress bar counts, and names the trial there if it is the best.
  void Note(const Trial& trial, int64_t iterations) {
    done_ += iterations;
    if (!note_.empty() && trial.mean() <= best_) return;
    best_ = trial.mean();
    char text[64];
    std::snprintf(text, sizeof text, "best R %.3f (trial %lld)", best_,
                  static_cast<long long>(trial.number));
    note_ = text;
  }

  const TuneOptions options_;
  const SearchSpace space_;
  const ConfigSource source_;
  const RunConfig base_;
  const std::unique_ptr<World> world_;
  const FolderLock lock_;
  std::atomic<bool> planner_stopped_ = false;
  std::mutex mutex_;
  int64_t done_ = 0;
  double best_ = 0;
  std::string note_;
};

}  // namespace

double Trial::mean() const {
  LERL_CHECK(!values.empty());
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

const Trial& TuneResult::best() const {
  LERL_CHECK(!trials.empty());
  return *std::max_element(trials.begin(), trials.end(),
                           [](const Trial& a, const Trial& b) { return a.mean() < b.mean(); });
}

TuneResult Tune(const ConfigSource& source, const TuneOptions& options) {
  CheckLanguageModel(ReadRunConfig(source).planner);
  return Search(source, options).Run();
}

std::vector<std::string> TrialSets(const std::string& agent, const Trial& trial) {
  std::vector<std::string> sets = {"agent.name=" + agent};
  for (const std::string& setting : trial.settings) sets.push_back("agent." + setting);
  return sets;
}

std::string BestToml(const TuneResult& result, const std::string& command) {
  const Trial& best = result.best();
  char values[160];
  std::snprintf(values, sizeof values,
                "%.3f, trial %lld of %zu; the settings as they stood earned %.3f.", best.mean(),
                static_cast<long long>(best.number), result.trials.size(),
                result.trials.front().mean());
  std::string text = "# Tuned settings of " + result.agent +
                     ", to be laid over the configuration.\n" + "#   " + command +
                     "\n# Mean R_cum of validation users: " + values + "\n" +
                     "# Scrambled Halton points of seed " + std::to_string(result.seed) +
                     "; training seeds " + Json(result.run_seeds).dump() + "; commit " + Commit() +
                     ".\n\n[agent]\nname = \"" + result.agent + "\"\n";
  std::string head;
  if (!CanBeMadeAgain(Commit()))
    head = "# Draft, not for publishing: the program is of a changed tree.\n";
  for (const Trial& trial : result.trials)
    if (trial.commit != Commit())
      head +=
          "# Stale: trial " + std::to_string(trial.number) + " was made at " + trial.commit + ".\n";
  text = head + text;
  for (const std::string& setting : best.settings) {
    const size_t equals = setting.find('=');
    text += setting.substr(0, equals) + " = " + setting.substr(equals + 1) + "\n";
  }
  return text;
}

Json TuneJson(const TuneResult& result) {
  Json trials = Json::array();
  const auto entry = [](const Trial& trial) {
    return Json{{"number", trial.number},
                {"settings", trial.settings},
                {"values", trial.values},
                {"mean", trial.mean()},
                {"commit", trial.commit}};
  };
  for (const Trial& trial : result.trials) trials.push_back(entry(trial));
  return {{"agent", result.agent},         {"metric", "R_cum of validation users"},
          {"sampler", "scrambled Halton"}, {"seed", result.seed},
          {"run_seeds", result.run_seeds}, {"trials", trials},
          {"best", entry(result.best())},  {"commit", Commit()}};
}

}  // namespace lerl
