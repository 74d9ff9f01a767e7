#include "lerl/eval/comparison_config.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

// What a row's table holds beside its settings.
struct RowHead {
  std::string label, with;
  void VisitFields(FieldVisitor& visit) {
    visit("label", label, "name of the row");
    visit("with", with, "TOML settings laid over the base, below the row's own; relative to this");
  }
};

void CheckRows(const ComparisonConfig& config, const std::string& where) {
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::kConfig, where + ": " + what);
  };
  if (config.rows.empty()) fail("no [[rows]]; a comparison needs at least one");
  std::set<std::string> labels;
  const RunConfig& first = config.rows.front().config;
  for (const ComparisonRow& row : config.rows) {
    if (row.label.empty()) fail("a row without a label");
    if (!labels.insert(row.label).second) fail("the label '" + row.label + "' stands twice");
    if (row.config.train.seeds != first.train.seeds ||
        row.config.evaluation.users != first.evaluation.users ||
        PeopleHash(row.config) != PeopleHash(first))
      fail("row '" + row.label +
           "' has other data, seeds or held-out users than the first row; "
           "paired comparisons need the same");
  }
  if (config.references.empty()) fail("reference is empty; name a row that others are held to");
  std::set<std::string> references;
  for (const std::string& label : config.references) {
    if (!labels.contains(label))
      fail("reference '" + label + "' is the label of no row; these are: " +
           JoinNames(Names(labels.begin(), labels.end())));
    if (!references.insert(label).second) fail("the reference '" + label + "' stands twice");
  }
}

// The settings that decide how users answer and leave, but for the names of the rules, by path.
nlohmann::json LeaveSettings(const RunConfig& config) {
  nlohmann::json all = ConfigToJson(config);
  all["env"].erase("rules");
  return nlohmann::json({{"env", all["env"]}, {"response_model", all["response_model"]}}).flatten();
}

// "lerl, max_steps"
std::string RuleNames(const RunConfig& config) {
  return JoinNames(ConfigToJson(config)["env"]["rules"].get<Names>());
}

// "/env/compat_window", true -> "env.compat_window = true"
std::string SettingText(std::string path, const nlohmann::json& value) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path.substr(1) + " = " + value.dump();
}

}  // namespace

std::string PeopleHash(const RunConfig& config) {
  nlohmann::json all = ConfigToJson(config);
  for (const char* key : {"known_rows", "new_items", "new_category"}) all.at("split").erase(key);
  return ConfigHash({{"data", all.at("data")}, {"split", all.at("split")}});
}

std::vector<std::string> LeaveRules(const ComparisonConfig& config) {
  std::vector<std::string> words;
  const nlohmann::json first = LeaveSettings(config.rows.front().play());
  for (const ComparisonRow& row : config.rows) {
    Names parts = {RuleNames(row.play())};
    const nlohmann::json settings = LeaveSettings(row.play());
    for (const auto& [path, value] : settings.items())
      if (!first.contains(path) || first[path] != value) parts.push_back(SettingText(path, value));
    for (const auto& [path, value] : first.items())
      if (!settings.contains(path)) parts.push_back("without " + SettingText(path, value));
    words.push_back(JoinNames(parts));
  }
  return words;
}

void CutToSmoke(ComparisonConfig& config) {
  config.title += " (smoke: cut short, figures mean nothing)";
  for (ComparisonRow& row : config.rows) {
    row.config = SmokeRun(std::move(row.config));
    if (row.judged) row.judged = SmokeRun(*std::move(row.judged));
  }
}

ComparisonConfig ReadComparison(const fs::path& path, const std::vector<std::string>& sets) {
  const ConfigSource source = ConfigSource::FromFile(path);
  if (!source.Has("rows"))
    throw Error(ErrorKind::kConfig,
                path.string() + ": this file has no [[rows]], so it is no comparison" +
                    (source.Has("agent") || source.Has("data") || source.Has("train")
                         ? " but the configuration of a run; `lerl train --config` takes it, and a "
                           "comparison may name it as its `base`"
                         : "; docs/cli.md shows what it needs"));
  ComparisonConfig config;
  // 1. The settings of the comparison itself.
  source.Without({"rows", "settings"}).Read(config);
  config.text = ReadFile(path);
  if (config.base.empty())
    throw Error(ErrorKind::kConfig,
                path.string() + ": base is missing, the configuration that all rows start from");
  // 2. The rows: the base, the settings of all rows, what `with` names, the row's own settings and
  //    `sets`, each laid over those before.
  const ConfigSource base =
      RunSource(path.parent_path() / config.base).With(source.Table("settings"));
  for (const ConfigSource& row : source.Tables("rows")) {
    RowHead head;
    for (const std::string& set : row.AsSets())
      if (set.starts_with("label=") || set.starts_with("with="))
        ConfigSource::FromText(set, row.name()).Read(head);
    ConfigSource laid = base;
    if (!head.with.empty())
      laid = laid.With(ConfigSource::FromFile(path.parent_path() / head.with));
    laid = laid.With(row.Without({"label", "with"})).With(sets);
    config.rows.push_back({head.label, ReadRunConfig(laid)});
  }
  CheckRows(config, path.string());
  return config;
}

}  // namespace lerl
