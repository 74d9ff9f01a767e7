#include "lerl/train/run_config.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

bool IsDescription(const std::string& data_name) { return data_name.ends_with(".toml"); }

// Keeps those settings of an endpoint that decide its answers, and drops those that say where it
// runs, how patiently it is asked and what it may cost.
void KeepWhatDecides(nlohmann::json& endpoint) {
  nlohmann::json kept = {{"in_use", !endpoint.value("urls", nlohmann::json::array()).empty()}};
  for (const char* key : {"model", "scoring", "structure", "top_logprobs", "body"})
    if (endpoint.contains(key)) kept[key] = endpoint[key];
  endpoint = std::move(kept);
}

// Drops limits that are off. Configurations from before there were such limits keep their hash.
void DropWhatIsOff(nlohmann::json& student) {
  for (const char* key : {"oldest_label", "oldest_label_seconds"})
    if (student.contains(key) && student[key] == 0) student.erase(key);
}

// Nothing is said of the first world of the task `evolving`, which was once the only one.
void DropFirstWorld(nlohmann::json& evolving) {
  if (evolving.value("world", "") == "first") evolving.erase("world");
}

// A file counts by its name and that of its folder, wherever it is looked at from.
std::string LastNames(const std::string& path) {
  const std::filesystem::path full = std::filesystem::absolute(path);
  return (full.parent_path().filename() / full.filename()).string();
}

// A planner that heeds wishes leaves training to its base unless it is told otherwise, so that its
// run is that of the base. `config` is left as it is where points of the learning curve, at which
// wishes are heeded, decide about the run.
void TrainAsItsBase(nlohmann::json& config) {
  using Pointer = nlohmann::json::json_pointer;
  const Pointer name("/planner/name"), wish("/planner/wish");
  if (!config.contains(wish) || !config[wish].is_object() || !config.contains(name)) return;
  const auto row = std::ranges::find(PlannerRows(), config.value(name, ""), &PlannerRow::name);
  const bool heeds = row != PlannerRows().end() && row->heeds_wishes;
  if (heeds) {
    if (config[wish].value("train", false) ||
        config.value(Pointer("/train/keep"), "last") != "last" ||
        config.value(Pointer("/train/patience"), 0) != 0)
      return;
    config[name] = config[wish].value("base", WishConfig().base);
  }
  config[wish] = ConfigToJson(WishConfig());
}

// Drops the settings that change no result. `config` may be of another version of the program.
nlohmann::json WhatDecides(nlohmann::json config) {
  using Pointer = nlohmann::json::json_pointer;
  const Pointer train("/train"), endpoint("/planner/llm/endpoint"), data("/data/name"),
      matrix("/env/matrix/file"), student("/planner/student"), evolving("/env/evolving");
  if (config.contains(train) && config[train].is_object())
    for (const char* key : {"seeds", "threads"}) config[train].erase(key);
  if (config.contains(endpoint) && config[endpoint].is_object()) KeepWhatDecides(config[endpoint]);
  if (config.contains(student) && config[student].is_object()) DropWhatIsOff(config[student]);
  if (config.contains(evolving) && config[evolving].is_object()) DropFirstWorld(config[evolving]);
  const std::string description = config.value(data, ""), file = config.value(matrix, "");
  if (IsDescription(description)) config[data] = LastNames(description);
  if (!file.empty()) config[matrix] = LastNames(file);
  return config;
}

void CheckSeeds(const std::vector<int64_t>& seeds, const std::string& where) {
  const std::set<int64_t> different(seeds.begin(), seeds.end());
  if (!seeds.empty() && different.size() == seeds.size()) return;
  throw Error(ErrorKind::kConfig,
              where + ": train.seeds " +
                  (seeds.empty() ? "names no seed; one run is made for each"
                                 : "names a seed twice, which would count one run as two"));
}

void CheckHeads(const TransformerConfig& config, const std::string& setting,
                const std::string& where) {
  if (config.width % config.heads == 0) return;
  throw Error(ErrorKind::kConfig,
              where + ": " + setting + ".width " + std::to_string(config.width) +
                  " is no multiple of its heads " + std::to_string(config.heads) +
                  "; every head takes an equal part");
}

// With the product mask items outside the plan are shown. Only the density of a virtual item does
// not care which items there are.
void CheckMask(const RunConfig& config, const std::string& where) {
  if (!config.planner.published_mask) return;
  if (config.agent.name == "ppo" && config.agent.learner.policy.kind == "virtual_item") return;
  throw Error(ErrorKind::kConfig,
              where +
                  ": planner.published_mask is of LERL's own low level; set agent.name to ppo "
                  "and agent.policy.kind to virtual_item, or leave the mask out");
}

struct BaseOnly {
  std::string base;
  void VisitFields(FieldVisitor& visit) { visit("base", base, "the configuration below this one"); }
};

constexpr int kMostBases = 16;

ConfigSource SourceOver(const std::filesystem::path& path, int bases) {
  const ConfigSource source = ConfigSource::FromFile(path);
  if (source.Has("rows"))
    throw Error(ErrorKind::kConfig,
                path.string() +
                    ": this is a comparison (it has [[rows]]), not the configuration "
                    "of a run; give it to `lerl compare`, or name its base");
  if (!source.Has("base")) return source;
  if (bases == kMostBases)
    throw Error(ErrorKind::kConfig, path.string() + ": base: more than " +
                                        std::to_string(kMostBases) +
                                        " files stand on each other; do they go in a circle?");
  BaseOnly head;
  for (const std::string& set : source.AsSets())
    if (set.starts_with("base=")) ConfigSource::FromText(set, path.string()).Read(head);
  return SourceOver(path.parent_path() / head.base, bases + 1).With(source.Without({"base"}));
}

}  // namespace

template class Indirect<EnvConfig>;

int64_t RunConfig::slate_size() const { return env->slate_size; }

void RunConfig::VisitFields(FieldVisitor& visit) {
  visit.Section("data", data);
  visit.Section("split", split);
  visit.Section("response_model", response_model);
  visit.Section("env", *env);
  visit.Section("agent", agent);
  visit.Section("planner", planner);
  visit.Section("train", train);
  visit.Section("evaluation", evaluation);
}

ConfigSource RunSource(const std::filesystem::path& path) { return SourceOver(path, 0); }

RunConfig ReadRunConfig(const ConfigSource& source) {
  RunConfig config;
  source.Read(config);
  FindAgentRow(config.agent.name);
  FindPlannerRow(config.planner.name);
  CheckSeeds(config.train.seeds, source.name());
  CheckMask(config, source.name());
  CheckHeads(config.agent.learner.state.transformer, "agent.state.transformer", source.name());
  CheckHeads(config.response_model.transformer.transformer, "response_model.transformer.network",
             source.name());
  const std::filesystem::path folder = std::filesystem::path(source.name()).parent_path();
  // A path below the working directory becomes relative to it, any other absolute. So it is the
  // same however the configuration's folder is spelled.
  const auto from_folder = [&folder](std::string& path) {
    const std::filesystem::path full = std::filesystem::absolute(folder / path).lexically_normal();
    const std::filesystem::path here = full.lexically_relative(std::filesystem::current_path());
    path = here.empty() || *here.begin() == ".." ? full.string() : here.string();
  };
  if (IsDescription(config.data.name)) from_folder(config.data.name);
  if (!config.env->matrix.file.empty()) from_folder(config.env->matrix.file);
  return config;
}

void SetFields(RunConfig& config, const std::vector<std::string>& sets) {
  ConfigSource::FromText("", "settings", sets).Read(config);
}

RunConfig SmokeRun(RunConfig config) {
  const auto cut = [](int64_t& value, int64_t most) { value = std::min(value, most); };
  if (config.train.seeds.size() > 2) config.train.seeds.resize(2);
  cut(config.train.iterations, 3);
  cut(config.train.sessions, 32);
  cut(config.train.slots, 32);
  cut(config.agent.learner.warm_start.steps, 20);
  cut(config.planner.llm.train_plans, 8);
  const auto users = [&cut](int64_t& value, int64_t most) {  // a value of 0 means all users
    if (value == 0) value = most;
    cut(value, most);
  };
  users(config.train.valid_users, 4);
  users(config.evaluation.users, 6);
  return config;
}

nlohmann::json TrainingSettings(nlohmann::json config) {
  config.erase("evaluation");
  TrainAsItsBase(config);
  return WhatDecides(std::move(config));
}

std::string TrainHash(const RunConfig& config) {
  return ConfigHash(TrainingSettings(ConfigToJson(config)));
}

std::string RowHash(const RunConfig& config) {
  return ConfigHash(WhatDecides(ConfigToJson(config)));
}

}  // namespace lerl
