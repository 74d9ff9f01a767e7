#include "lerl/train/run_search.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>
#include <tuple>

#include "lerl/base/config.h"
#include "lerl/base/error.h"
#include "lerl/planner/registry.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kDifferencesShown = 3;

// Calls visit(path) for every folder below `root` that can be read.
template <typename Visit>
void VisitFolders(const fs::path& root, const Visit& visit) {
  std::error_code error;
  for (fs::recursive_directory_iterator
           it(root, fs::directory_options::skip_permission_denied, error),
       end;
       !error && it != end; it.increment(error)) {
    std::error_code unreadable;
    if (it->is_directory(unreadable)) visit(it->path());
  }
}

// When the last of the group's seeds finished, if all of them did.
std::optional<std::string> FinishTime(const fs::path& group, const RunConfig& config,
                                      const std::string& hash) {
  std::string newest;
  for (const int64_t seed : config.train.seeds) {
    const fs::path folder = SeedFolder(group, seed);
    const std::optional<Json> run = ReadRunFile(folder);
    if (!run || run->value("status", "") != "finished" || run->value("train_hash", "") != hash ||
        !fs::exists(folder / "checkpoint.safetensors"))
      return std::nullopt;
    newest = std::max(newest, run->value("finished", ""));
  }
  return newest;
}

// The settings that decide training, by their dotted keys.
Json Flat(const Json& config) {
  Json flat = Json::object();
  const std::function<void(const std::string&, const Json&)> add = [&](const std::string& key,
                                                                       const Json& value) {
    if (!value.is_object()) {
      flat[key] = value;
      return;
    }
    for (const auto& [name, inner] : value.items())
      add(std::string(key).append(key.empty() ? "" : ".").append(name), inner);
  };
  add("", TrainingSettings(config));
  return flat;
}

std::vector<NearestRun::Difference> DifferencesOf(const Json& there, const Json& here) {
  const auto text = [](const Json& flat, const std::string& key) {
    return flat.contains(key) ? flat[key].dump() : "nothing";
  };
  std::vector<NearestRun::Difference> differences;
  for (const Json* side : {&here, &there})
    for (const auto& [key, value] : side->items()) {
      if (side == &there && here.contains(key)) continue;
      if (there.contains(key) && here.contains(key) && there[key] == here[key]) continue;
      differences.push_back({key, text(there, key), text(here, key)});
    }
  std::ranges::sort(differences, {}, &NearestRun::Difference::key);
  return differences;
}

// In what the run in a folder differs from the settings `here`; nothing where its file is absent or
// damaged, or where it has not finished and should have.
std::optional<NearestRun> DifferencesAt(const fs::path& folder, const Json& here, bool finished) {
  try {
    const std::optional<Json> run = ReadRunFile(folder);
    if (finished && run && run->value("status", "") != "finished") return std::nullopt;
    if (!run || !run->contains("config") || !run->at("config").is_object()) return std::nullopt;
    return NearestRun{folder.parent_path(), DifferencesOf(Flat(run->at("config")), here)};
  } catch (const Error&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

// Whether the plans of a planner, whose name is given as JSON, are a language model's.
bool IsOfModel(const std::string& name) {
  return std::ranges::any_of(PlannerRows(), [&](const PlannerRow& row) {
    return Json(row.name).dump() == name && (row.asks_model || row.tabulates);
  });
}

}  // namespace

fs::path FindFinishedGroup(const fs::path& root, const RunConfig& config) {
  const std::string hash = TrainHash(config);
  const std::string name = GroupFolder("", config).filename().string();
  fs::path best;
  std::string best_time;
  VisitFolders(root, [&](const fs::path& folder) {
    if (folder.filename() != name) return;
    const std::optional<std::string> time = FinishTime(folder, config, hash);
    if (time && (best.empty() || *time > best_time)) best = folder, best_time = *time;
  });
  if (!best.empty()) return best;
  const std::optional<NearestRun> nearest = FindNearestRun(root, config);
  throw Error(ErrorKind::kNoRun,
              root.string() + ": no finished run of this configuration; " +
                  (nearest ? "the nearest, " + NearestRunText(*nearest) + "; " : "") +
                  "run `lerl train --config ...` first, or name its folder with --runs");
}

std::optional<NearestRun> FindNearestRun(const fs::path& root, const RunConfig& config,
                                         bool finished) {
  const Json here = Flat(ConfigToJson(config));
  const bool of_model = IsOfModel(Json(config.planner.name).dump());
  std::optional<NearestRun> nearest;
  VisitFolders(root, [&](const fs::path& folder) {
    if (!folder.filename().string().starts_with("seed-") || folder.extension() == ".stale") return;
    std::optional<NearestRun> found = DifferencesAt(folder, here, finished);
    if (!found) return;
    const auto rank = [&](const NearestRun& r) {
      const auto planner =
          std::ranges::find(r.differences, "planner.name", &NearestRun::Difference::key);
      const bool other = planner != r.differences.end() && IsOfModel(planner->there) != of_model;
      return std::tuple(r.differences.size(), other, r.group);
    };
    if (!nearest || rank(*found) < rank(*nearest)) nearest = std::move(found);
  });
  return nearest;
}

std::string NearestRunText(const NearestRun& run) {
  std::string text = run.group.string();
  if (run.differences.empty()) return text + ", lacks a finished run of every seed in train.seeds";
  text += ", differs in ";
  for (size_t n = 0; n < std::min(kDifferencesShown, run.differences.size()); ++n) {
    const NearestRun::Difference& d = run.differences[n];
    text += (n == 0 ? "" : ", ") + d.key + " (" + d.there + " there, " + d.here + " here)";
  }
  if (run.differences.size() > kDifferencesShown)
    text += " and " + std::to_string(run.differences.size() - kDifferencesShown) + " more settings";
  return text;
}

}  // namespace lerl
