#include "lerl/train/tuning.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
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

class Search : public CellWork {
 public:
  Search(const ConfigSource& source, const TuneOptions& options)
      : options_(options),
        space_(RequireSpace(options.agent)),
        source_(source.With({"agent.name=" + options.agent})),
        base_(ReadRunConfig(source_)),
        world_(LoadWorld(base_)) {
    if (world_->split.valid_users.empty())
      throw Error(ErrorKind::kConfig,
                  source.name() + ": the split has no validation users to judge trials by");
    RequireSpread(*world_, *base_.env);
  }

  TuneResult Run() {
    const FolderLock lock(options_.folder);
    const int64_t work = std::ssize(base_.train.seeds) * base_.train.iterations;
    std::vector<Cell> cells;
    for (int64_t n = 0; n < options_.trials; ++n)
      cells.push_back({.name = TrialName(n), .work = work, .done = ReadTrial(n).has_value()});
    TuneResult result{.end = RunStudy(options_.study, cells, *this,
                                      {.what = "tune " + options_.agent,
                                       .unit = "iterations",
                                       .note = [this] { return BestSoFar(); }}),
                      .agent = options_.agent,
                      .seed = options_.seed,
                      .run_seeds = base_.train.seeds,
                      .trials = {}};
    if (result.end == StudyEnd::kPut) return result;
    for (int64_t n = 0; n < options_.trials; ++n)
      if (const std::optional<Trial> trial = TrialOnFile(n)) result.trials.push_back(*trial);
    LERL_CHECK(!result.finished() || std::ssize(result.trials) == options_.trials);
    return result;
  }

  CellEnd Run(const std::string& cell, CellControl& control) override {
    int64_t number = 0;
    while (number < options_.trials && TrialName(number) != cell) ++number;
    if (number == options_.trials)
      throw Error(ErrorKind::kUsage, options_.folder.string() + ": the search has no " + cell);
    return RunTrial(number, control);
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

  // The trial on file, where it is not to be made anew; whatever keeps it from being read throws.
  std::optional<Trial> ReadTrial(int64_t number) const {
    const std::optional<Trial> trial = TrialOnFile(number);
    if (!trial || trial->commit == Commit() || options_.reuse_stale) return trial;
    LogWarning(FileOf(number).string() + ": stale, made at " + trial->commit +
               "; the trial is made anew (--reuse-stale takes it as it is)");
    fs::remove(FileOf(number));
    return std::nullopt;
  }

  std::optional<Trial> TrialOnFile(int64_t number) const {
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

  // Trains the runs of a trial, one after another.
  CellEnd RunTrial(int64_t number, CellControl& control) {
    Trial trial = MakeTrial(space_, options_.seed, number);
    const RunConfig config = ReadRunConfig(source_.With(TrialSets(options_.agent, trial)));
    int64_t done = 0;  // iterations of runs that have ended
    for (const int64_t seed : config.train.seeds) {
      const fs::path folder = SeedFolder(options_.folder / TrialName(number), seed);
      if (!options_.reuse_stale && !StaleRun(folder, config, world_->fingerprint, seed).empty())
        fs::remove_all(folder);  // begun by another program
      const TrainResult run = Train(
          *world_, config, seed, folder, Resume::kContinue,
          [&](int64_t iteration, const std::string&) { control.Advance(done + iteration); },
          [&] { return control.Stopped() || planner_stopped_; });
      if (!run.stop_reason.empty()) planner_stopped_ = true;
      if (!run.finished) return CellEnd::kStopped;
      if (!run.invalid.empty())
        throw Error(ErrorKind::kUnusable,
                    folder.string() + ": " + run.invalid +
                        "; its trial says nothing of the settings. Mend that, "
                        "delete the folder and give the same command");
      done += config.train.iterations;  // also of a run that ended early
      trial.values.push_back(ValidationOf(folder, run.kept_iteration));
    }
    WriteTrial(trial);
    return CellEnd::kDone;
  }

  // The point of the learning curve that the run's result has: the last one, or that of the
  // iteration which was kept.
  static double ValidationOf(const fs::path& folder, std::optional<int64_t> kept) {
    const std::vector<Json> lines = ReadMetrics(folder);
    LERL_CHECK(!lines.empty());
    return lines[kept ? At(*kept) : lines.size() - 1].at("valid_R_cum");
  }

  // "best R 14.200 (trial 3)" of the trials on file, "" where there are none.
  std::string BestSoFar() const {
    std::optional<Trial> best;
    for (int64_t n = 0; n < options_.trials; ++n)
      if (std::optional<Trial> trial = TrialOnFile(n);
          trial && !(best && trial->mean() <= best->mean()))
        best = std::move(trial);
    if (!best) return "";
    char text[64];
    std::snprintf(text, sizeof text, "best R %.3f (trial %lld)", best->mean(),
                  static_cast<long long>(best->number));
    return text;
  }

  const TuneOptions options_;
  const SearchSpace space_;
  const ConfigSource source_;
  const RunConfig base_;
  const std::unique_ptr<World> world_;
  std::atomic<bool> planner_stopped_ = false;  // a planner has ended its run
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

std::unique_ptr<CellWork> MakeTuneWork(const ConfigSource& source, const TuneOptions& options) {
  return std::make_unique<Search>(source, options);
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
