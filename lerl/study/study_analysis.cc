#include "lerl/study/study_analysis.h"

#include <sys/utsname.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_file.h"
#include "lerl/base/version.h"
#include "lerl/eval/comparison_cells.h"
#include "lerl/planner/llm/named_files.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kMostShown = 80;  // characters of a value in a message

std::string Machine() {
  utsname name{};
  uname(&name);
  std::string model;
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; model.empty() && std::getline(cpus, line);)
    if (line.starts_with("model name")) model = line.substr(line.find(": ") + 2);
  return std::string(name.sysname) + " " + name.machine + ", " +
         std::to_string(std::thread::hardware_concurrency()) + " cores" +
         (model.empty() ? "" : " of " + model);
}

std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &parts));
  return text;
}

Json RowJson(const StudyPlan& plan, size_t row) {
  const ComparisonRow& of = plan.comparison.rows[row];
  Json levels;
  for (size_t f = 0; f < plan.study.factors.size(); ++f)
    levels[plan.study.factors[f].name] = plan.study.factors[f].levels[At(plan.levels[row][f])].name;
  return {{"label", of.label},
          {"levels", levels},
          {"settings", RowHash(of.config)},
          {"judged", of.judged ? Json(RowHash(*of.judged)) : Json()}};
}

Json LabelsOf(const StudyPlan& plan, const std::vector<size_t>& rows) {
  Json labels = Json::array();
  for (const size_t row : rows) labels.push_back(plan.comparison.rows[row].label);
  return labels;
}

std::string DataHash(const StudyPlan& plan, const std::vector<std::string>& data) {
  std::string all;
  for (size_t row = 0; row < data.size(); ++row)
    all += data[row] + Json(NamedFiles(plan.comparison.rows[row].config.planner.llm)).dump();
  return HashText(all);
}

std::string Short(const Json& value) {
  std::string text = value.dump();
  if (text.size() > kMostShown) text = text.substr(0, kMostShown - 3) + "...";
  return text;
}

// A folder beside this one that is not there.
fs::path FreeFolder(const fs::path& folder) {
  for (int n = 2;; ++n) {
    fs::path free = (folder / "").parent_path();
    free += "-" + std::to_string(n);
    if (!fs::exists(free)) return free;
  }
}

bool HasRuns(const fs::path& folder) {
  if (!fs::exists(folder)) return false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_directory())
      for (const fs::directory_entry& inner : fs::directory_iterator(entry.path()))
        if (inner.path().filename().string().starts_with("seed-")) return true;
  return false;
}

}  // namespace

Json AnalysisOf(const StudyPlan& plan, HeldOut held_out, const std::vector<std::string>& data) {
  const StudyConfig& study = plan.study;
  Json rows = Json::array(), claims = Json::array();
  for (size_t row = 0; row < plan.comparison.rows.size(); ++row) rows.push_back(RowJson(plan, row));
  for (const StudyContrast& contrast : plan.contrasts) {
    const StudyClaim& claim = study.claims[contrast.claim];
    claims.push_back({{"text", contrast.text},
                      {"says", claim.says},
                      {"metric", claim.metric},
                      {"margin", claim.margin},
                      {"effect", claim.effect},
                      {"level", LabelsOf(plan, contrast.level)},
                      {"against", LabelsOf(plan, contrast.against)}});
  }
  return {
      {"title", plan.comparison.title},
      {"question", study.question},
      {"design", study.design},
      {"aliases", plan.aliases},
      {"base", study.base},
      {"rows", rows},
      {"seeds", plan.seeds()},
      {"users", plan.comparison.rows.front().play().evaluation.users},
      {"held_out", kHeldOutNames[At(held_out)]},
      {"cell_minutes", study.cell_minutes},
      {"claims", claims},
      {"correction", "Holm's method at 5% over the " + std::to_string(claims.size()) + " claims"},
      {"intervals", "users x seeds, crossed"},
      {"failed_cells",
       "a claim is tested with the seeds under which all its rows have finished, at least two"},
      {"commit", Commit()},
      {"configuration", ComparisonHash(plan.comparison)},
      {"data", DataHash(plan, data)},
      {"machine", Machine()},
      {"written", Today()}};
}

std::vector<std::string> AnalysisDifferences(const Json& was, const Json& is) {
  std::vector<std::string> differences;
  for (const auto& [key, value] : is.items()) {
    const Json before = was.contains(key) ? was.at(key) : Json();
    if (key == "machine" || key == "written" || before == value) continue;
    if ((key == "rows" || key == "claims") && before.is_array() && before.size() == value.size()) {
      for (size_t n = 0; n < value.size(); ++n)
        if (before[n] != value[n])
          differences.push_back(key + " " + std::to_string(n + 1) + " (" +
                                value[n].value(key == "rows" ? "label" : "text", "") + ")");
      continue;
    }
    differences.push_back(key + " (was " + Short(before) + ", is " + Short(value) + ")");
  }
  return differences;
}

void RegisterAnalysis(const fs::path& folder, const Json& analysis) {
  const fs::path path = folder / "analysis.json";
  if (!fs::exists(path)) {
    if (HasRuns(folder))
      throw Error(ErrorKind::kConfig,
                  folder.string() +
                      ": there are runs and no analysis.json, so cells ran before an analysis was "
                      "registered; use another folder: --out " +
                      FreeFolder(folder).string());
    WriteJsonFile(path, analysis);
    return;
  }
  const Json registered = TryReadJsonFile(path);
  if (!registered.is_object())
    throw Error(ErrorKind::kCheckpoint, path.string() +
                                            ": damaged; restore it, or use another folder: --out " +
                                            FreeFolder(folder).string());
  std::string text;
  for (const std::string& difference : AnalysisDifferences(registered, analysis))
    text += (text.empty() ? "" : "; ") + difference;
  if (text.empty()) return;
  throw Error(ErrorKind::kConfig, path.string() +
                                      ": another analysis was registered before the "
                                      "first cell ran, and does not change after: " +
                                      text +
                                      ". Restore what differs, or run this study in a "
                                      "folder of its own: --out " +
                                      FreeFolder(folder).string());
}

}  // namespace lerl
