#include "lerl/study/study_config.h"

#include <algorithm>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void FailFile(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::kConfig, where + ": " + what);
}

struct NameAndFile {
  std::string name, with;
  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the factor or level");
    visit("with", with, "TOML settings of the level, below its own; relative to this file");
  }
};

// Reads what a table says by `name` and `with`; the other keys are settings.
NameAndFile ReadHead(const ConfigSource& source) {
  NameAndFile head;
  for (const std::string& set : source.AsSets())
    if (set.starts_with("name=") || set.starts_with("with="))
      ConfigSource::FromText(set, source.name()).Read(head);
  return head;
}

// Adds the levels of a table to its factor.
void ReadLevels(const ConfigSource& source, const std::string& where, StudyFactor& factor) {
  std::set<std::string> names;
  for (const StudyLevel& level : factor.levels) names.insert(level.name);
  for (const ConfigSource& level : source.Tables("level")) {
    const NameAndFile of = ReadHead(level);
    if (of.name.empty())
      FailFile(where, "a level of the factor '" + factor.name + "' without a name");
    if (!names.insert(of.name).second)
      FailFile(where,
               "the level '" + of.name + "' of the factor '" + factor.name + "' stands twice");
    factor.levels.push_back({.name = of.name,
                             .with = of.with,
                             .settings = level.Without({"name", "with", "judge"}).AsSets(),
                             .judge = level.Table("judge").AsSets()});
  }
  if (factor.levels.size() < 2)
    FailFile(where, "the factor '" + factor.name + "' has " + std::to_string(factor.levels.size()) +
                        " levels; it needs at least two, each a [[factor.level]]");
}

const StudyFactor& FactorOf(const StudyConfig& config, const std::string& name,
                            const std::string& where) {
  Names names;
  for (const StudyFactor& factor : config.factors) {
    if (factor.name == name) return factor;
    names.push_back(factor.name);
  }
  FailFile(where, "there is no factor '" + name + "'; these are: " + JoinNames(names));
}

void CheckClaim(const StudyConfig& config, StudyClaim& claim, const std::string& where) {
  const StudyFactor& factor = FactorOf(config, claim.factor, where);
  if (factor.PlaceOf(claim.level, where) == factor.PlaceOf(claim.against, where))
    FailFile(where, "it holds the level '" + claim.level + "' against itself");
  for (const std::string& text : claim.within) {
    const auto [name, level] = SplitEquation(text, where + ": within");
    if (name == claim.factor) FailFile(where, "within names the factor that is compared, " + name);
    FactorOf(config, name, where).PlaceOf(level, where);
  }
  if (claim.metric.empty()) claim.metric = config.metric;
  const Names metrics = MetricNames();
  if (std::ranges::find(metrics, claim.metric) == metrics.end())
    FailFile(where, "there is no metric '" + claim.metric + "'; `lerl list` names them");
  if (claim.margin < 0) claim.margin = config.margin;
  if (claim.effect < 0) claim.effect = config.effect;
  if (!claim.text.empty()) return;
  claim.text = claim.level +
               (claim.says == "same"       ? " is the same as "
                : claim.says == "no worse" ? " is no worse than "
                                           : " is better than ") +
               claim.against + " in " + claim.metric;
  if (claim.average) claim.text += ", on average";
}

void ReadParts(const ConfigSource& source, const std::string& where, StudyConfig& config) {
  std::set<std::string> names;  // of this file
  for (const ConfigSource& table : source.Tables("factor")) {
    NameAndFile head;
    table.Without({"level"}).Read(head);
    if (head.name.empty()) FailFile(where, "a [[factor]] without a name");
    if (!names.insert(head.name).second)
      FailFile(where, "the factor '" + head.name + "' stands twice");
    auto factor = std::ranges::find(config.factors, head.name, &StudyFactor::name);
    if (factor == config.factors.end())
      factor = config.factors.insert(factor, StudyFactor{.name = head.name});
    ReadLevels(table, where, *factor);
  }
  if (config.factors.empty()) FailFile(where, "no [[factor]]; a study varies at least one");
  for (const ConfigSource& table : source.Tables("claim")) {
    StudyClaim& claim = config.claims.emplace_back();
    table.Read(claim);
    CheckClaim(config, claim, where + ": claim " + std::to_string(config.claims.size()));
  }
  if (config.claims.empty())
    FailFile(where, "no [[claim]]; what is claimed is written down before the first cell runs");
}

std::string Whole(const fs::path& path) { return fs::absolute(path).lexically_normal().string(); }

constexpr int kMostExtended = 16;

// Reads the file with all that it extends, without what the command sets.
StudyConfig ReadOver(const fs::path& path, int files) {
  const ConfigSource source = ConfigSource::FromFile(path);
  const std::string where = path.string();
  if (!source.Has("factor") && !source.Has("extends"))
    FailFile(where, std::string("this file has no [[factor]], so it is no study") +
                        (source.Has("rows") ? " but a comparison; `lerl compare --config` takes it"
                                            : "; docs/studies.md shows what it needs"));
  StudyConfig config;
  source.Without({"factor", "claim", "settings"}).Read(config);
  if (!config.extends.empty()) {
    if (files == kMostExtended)
      FailFile(where, "extends: more than 16 files stand on each other; do they go in a circle?");
    config = ReadOver(path.parent_path() / config.extends, files + 1);
    const std::string base = config.base;
    source.Without({"factor", "claim", "settings"}).Read(config);
    // Paths of the study below count from its own folder.
    if (config.base == base) config.base = Whole(config.file.parent_path() / base);
    for (StudyFactor& factor : config.factors)
      for (StudyLevel& level : factor.levels)
        if (!level.with.empty()) level.with = Whole(config.file.parent_path() / level.with);
    if (!config.simulator_audit.empty() && !source.Has("simulator_audit"))
      config.simulator_audit = Whole(config.file.parent_path() / config.simulator_audit);
  }
  config.file = path;
  config.text += ReadFile(path);
  if (config.base.empty())
    FailFile(where, "base is missing, the configuration that all rows start from");
  const std::vector<std::string> settings = source.Table("settings").AsSets();
  config.settings.insert(config.settings.end(), settings.begin(), settings.end());
  ReadParts(source, where, config);
  return config;
}

}  // namespace

int64_t StudyFactor::PlaceOf(const std::string& level, const std::string& where) const {
  Names names;
  for (size_t place = 0; place < levels.size(); ++place) {
    if (levels[place].name == level) return static_cast<int64_t>(place);
    names.push_back(levels[place].name);
  }
  FailFile(where, "the factor '" + name + "' has no level '" + level +
                      "'; these are: " + JoinNames(names));
}

std::pair<std::string, std::string> SplitEquation(const std::string& text,
                                                  const std::string& where) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos) FailFile(where, "'" + text + "' has no '=' between two sides");
  const std::string_view whole = text;
  return {std::string(Trimmed(whole.substr(0, sign))),
          std::string(Trimmed(whole.substr(sign + 1)))};
}

StudyConfig ReadStudy(const fs::path& path, const std::vector<std::string>& sets) {
  StudyConfig config = ReadOver(path, 1);
  // What the command line sets wins over every level, and is part of the study.
  config.settings.insert(config.settings.end(), sets.begin(), sets.end());
  for (StudyFactor& factor : config.factors)
    for (StudyLevel& level : factor.levels)
      level.settings.insert(level.settings.end(), sets.begin(), sets.end());
  return config;
}

}  // namespace lerl
