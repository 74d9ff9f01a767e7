#include "lerl/train/run_folder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_file.h"
#include "lerl/base/json_text.h"
#include "lerl/base/log.h"
#include "lerl/base/version.h"
#include "lerl/planner/llm/named_files.h"

namespace lerl {
namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path GroupFolder(const fs::path& root, const RunConfig& config) {
  const nlohmann::json settings = TrainingSettings(ConfigToJson(config));
  return root / (config.agent.name + "+" + settings.at("planner").at("name").get<std::string>() +
                 "-" + ConfigHash(settings).substr(0, 8));
}

fs::path SeedFolder(const fs::path& group, int64_t seed) {
  return group / ("seed-" + std::to_string(seed));
}

void WriteRunFile(const fs::path& folder, const Json& run) {
  WriteJsonFile(folder / "run.json", run);
}

namespace {

bool IsListOfTexts(const Json& value) {
  return value.is_array() &&
         std::ranges::all_of(value, [](const Json& entry) { return entry.is_string(); });
}

template <typename Holds>
bool IsTableOf(const Json& value, Holds holds) {
  if (!value.is_object()) return false;
  return std::ranges::all_of(value.items(),
                             [&](const auto& entry) { return holds(entry.value()); });
}

// The field of a run file that is of another type than it is written as; "" if there is none.
std::string WrongField(const Json& run) {
  const auto text = [](const Json& value) { return value.is_string(); };
  const auto count = [](const Json& value) { return value.is_number_integer(); };
  const auto fails = [&run](const char* name, const auto& holds) {
    return run.contains(name) && !holds(run[name]);
  };
  for (const char* name : {"status", "train_hash", "dataset", "behaviour", "started", "finished",
                           "commit", "invalid", "metrics"})
    if (fails(name, text)) return name;
  for (const char* name : {"seed", "iterations", "user_steps", "kept_iteration", "gradient_steps"})
    if (fails(name, count)) return name;
  if (fails("files", [&](const Json& value) { return IsTableOf(value, text); })) return "files";
  if (fails("commits", IsListOfTexts)) return "commits";
  if (fails("training_plans", [&](const Json& value) { return IsTableOf(value, count); }))
    return "training_plans";
  if (fails("cost", [&](const Json& value) {
        return IsTableOf(value, [](const Json& figure) { return figure.is_number(); });
      }))
    return "cost";
  return "";
}

}  // namespace

std::optional<Json> ReadRunFile(const fs::path& folder) {
  const fs::path path = folder / "run.json";
  if (!fs::exists(path)) return std::nullopt;
  const Json run = TryReadJsonFile(path);
  if (!run.is_object())
    throw Error(ErrorKind::kCheckpoint,
                path.string() + ": damaged run file; delete the folder and train again");
  if (const std::string field = WrongField(run); !field.empty())
    throw Error(ErrorKind::kCheckpoint,
                path.string() + ": damaged run file (\"" + field +
                    "\" is of another type); delete the folder and train again");
  return run;
}

std::string BehaviourHash(const RunConfig& config, const std::string& data_fingerprint,
                          int64_t seed, const std::vector<std::string>& commits) {
  return ConfigHash({{"settings", TrainHash(config)},
                     {"data", data_fingerprint},
                     {"seed", seed},
                     {"commits", commits}});
}

std::vector<std::string> CommitsGoingOn(const Json& run, const fs::path& folder) {
  const std::vector<std::string> before = {run.value("commit", "an unknown commit")};
  std::vector<std::string> commits = run.value("commits", before);
  if (!commits.empty() && commits.back() == Commit()) return commits;
  LogWarning(folder.string() + ": begun by the program of another commit; the run is of both");
  commits.push_back(Commit());
  return commits;
}

std::string StaleRun(const fs::path& folder, const RunConfig& config,
                     const std::string& data_fingerprint, int64_t seed) {
  const std::optional<Json> run = ReadRunFile(folder);
  if (!run) return "";
  const bool same_files =
      run->value("files", Json::object()) == Json(NamedFiles(config.planner.llm));
  if (same_files &&
      run->value("behaviour", "") == BehaviourHash(config, data_fingerprint, seed, {Commit()}))
    return "";
  if (run->value("dataset", data_fingerprint) != data_fingerprint) return "trained on other data";
  if (!same_files && run->contains("files"))
    return "trained with other files of the language model";
  if (!run->contains("commits"))
    return "trained at " + run->value("commit", "an unknown commit") + ", before runs had a hash";
  std::string commits;
  for (const Json& commit : run->at("commits"))
    commits += (commits.empty() ? "" : " and ") + commit.get<std::string>();
  return "trained at " + commits;
}

void SetAside(const fs::path& folder) {
  const fs::path aside = folder.string() + ".stale";
  std::error_code error;
  fs::remove_all(aside, error);
  if (!error) fs::rename(folder, aside, error);
  if (error)
    throw Error(ErrorKind::kIo,
                folder.string() + ": can't be moved to " + aside.string() + ": " + error.message());
}

RunCost ReadRunCost(const fs::path& folder) {
  RunCost cost;
  const std::optional<Json> run = ReadRunFile(folder);
  if (!run || !run->contains("cost")) return cost;
  if (run->contains("training_plans"))
    cost.training_plans = run->at("training_plans").get<std::map<std::string, int64_t>>();
  if (run->contains("gradient_steps")) cost.gradient_steps = run->at("gradient_steps");
  if (run->contains("iterations")) cost.iterations = run->at("iterations");
  const Json& about = run->at("cost");
  if (about.contains("steps_per_second")) cost.steps_per_second = about["steps_per_second"];
  if (cost.steps_per_second && run->contains("user_steps"))
    cost.seconds = run->at("user_steps").get<double>() / *cost.steps_per_second;
  if (about.contains("memory_mb")) cost.memory_mb = about["memory_mb"];
  return cost;
}

std::string InvalidRun(const fs::path& folder) {
  const std::optional<Json> run = ReadRunFile(folder);
  return run ? TextOf(*run, "invalid") : "";
}

std::optional<int64_t> KeptIterationOf(const fs::path& folder) {
  const std::optional<Json> run = ReadRunFile(folder);
  if (!run || !run->contains("kept_iteration")) return std::nullopt;
  return run->at("kept_iteration").get<int64_t>();
}

namespace {

// The lines of a text, without their ends; the last may have none.
std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The iteration that a line is of; -1 where it is damaged.
int64_t IterationOf(const Json& line) {
  const bool whole =
      line.is_object() && line.contains("iteration") && line["iteration"].is_number_unsigned();
  return whole ? line["iteration"].get<int64_t>() : -1;
}

Json ParseLine(const std::string& line) { return TryParseJson(line); }

// "" where there is no such file.
std::string MetricsText(const fs::path& folder) {
  const fs::path path = folder / "metrics.jsonl";
  return fs::exists(path) ? ReadFile(path) : "";
}

}  // namespace

std::string MetricsHash(const fs::path& folder) { return HashText(MetricsText(folder)); }

std::vector<Json> ReadMetrics(const fs::path& folder) {
  const fs::path path = folder / "metrics.jsonl";
  const std::string all = MetricsText(folder);
  std::vector<Json> lines;
  for (const std::string& text : LinesOf(all)) {
    lines.push_back(ParseLine(text));
    if (IterationOf(lines.back()) != std::ssize(lines) - 1)
      throw Error(ErrorKind::kCheckpoint,
                  path.string() + ":" + std::to_string(lines.size()) +
                      ": damaged; this should be the line of iteration " +
                      std::to_string(lines.size() - 1) +
                      ". Restore the file, or delete the run's folder and train again");
  }
  const std::optional<Json> run = ReadRunFile(folder);
  if (run && run->contains("metrics") && run->at("metrics") != HashText(all))
    throw Error(ErrorKind::kCheckpoint,
                path.string() + ": not the file that the finished run of " +
                    std::to_string(run->value("iterations", int64_t{0})) +
                    " iterations left; it has " + std::to_string(lines.size()) +
                    " lines. Restore it, or delete the run's folder and train again");
  return lines;
}

void KeepMetrics(const fs::path& folder, int64_t iteration) {
  const fs::path path = folder / "metrics.jsonl";
  const std::vector<std::string> lines = LinesOf(MetricsText(folder));
  std::string text;
  for (int64_t n = 0; n <= iteration; ++n) {
    if (n >= std::ssize(lines) || IterationOf(ParseLine(lines[At(n)])) != n)
      throw Error(ErrorKind::kCheckpoint,
                  path.string() + ":" + std::to_string(n + 1) + ": the line of iteration " +
                      std::to_string(n) + " is missing or damaged, and the checkpoint is of " +
                      std::to_string(iteration) +
                      ". Restore the file, or delete the run's folder and train again");
    text += lines[At(n)] + "\n";
  }
  WriteFileWhole(path, text);
}

}  // namespace lerl
