#pragma once
// RunConfig: everything that decides a run. The hash of its training part is in the name of the
// run's folder, by which `lerl evaluate` finds it.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/agents/registry.h"
#include "lerl/base/config.h"
#include "lerl/base/indirect.h"
#include "lerl/data/registry.h"
#include "lerl/data/split.h"
#include "lerl/planner/planner_config.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/response/response_store.h"

namespace lerl {

struct EnvConfig;  // sim/env_config.h
extern template class Indirect<EnvConfig>;

struct DataConfig {
  std::string name = "ml-100k";
  DataOptions options;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "a data set (`lerl list`), or a TOML file that describes one");
    options.VisitFields(visit);
  }
};

struct TrainConfig {
  std::vector<int64_t> seeds = {1, 2, 3};
  int64_t iterations = 40;
  int64_t sessions = 128;
  int64_t slots = 128;
  int64_t evaluate_every = 5;
  int64_t valid_users = 64;
  int64_t checkpoint_every = 5;
  int64_t threads = 1;
  std::string keep = "last";
  int64_t patience = 0;

  // Whether points of the learning curve decide anything about the run (train/validation_record.h).
  bool judges() const { return keep == "best" || patience > 0; }

  void VisitFields(FieldVisitor& visit) {
    visit("seeds", seeds, "one run per seed", Range{0, 9e15});
    visit("iterations", iterations, "updates, each on a batch of whole sessions", Range{0, 1e7});
    visit("sessions", sessions, "whole sessions per iteration", Range{1, 1e6});
    visit("slots", slots, "sessions played side by side", Range{1, 1e5});
    visit("evaluate_every", evaluate_every,
          "iterations between points of the learning curve (validation users, no exploration)",
          Range{1, 1e7});
    visit("valid_users", valid_users, "validation users of a point; 0: all", Range{0, 1e7});
    visit("checkpoint_every", checkpoint_every, "iterations between checkpoints", Range{1, 1e7});
    visit("threads", threads, "of the environment; a run has the same bytes at any number",
          Range{1, 256});
    visit(
        "keep", keep,
        "what is the result: the last iteration, or the point of the learning curve that was best",
        {"last", "best"});
    visit("patience", patience,
          "a run ends once that many points in a row were not better than the best; 0: never early",
          Range{0, 1e7});
  }
};

struct EvaluationConfig {
  int64_t users = 0;
  bool reorder = false;
  bool teacher = false;

  void VisitFields(FieldVisitor& visit) {
    visit("users", users, "held-out users, a fixed draw; 0: all of them", Range{0, 1e7});
    visit("reorder", reorder, "re-order each slate against slot coincidences (lerl_slots)");
    visit("teacher", teacher, "a student's teacher plans in its place");
  }
};

struct RunConfig {
  DataConfig data;
  SplitConfig split;
  ResponseConfig response_model;
  Indirect<EnvConfig> env;
  AgentConfig agent;
  PlannerConfig planner;
  TrainConfig train;
  EvaluationConfig evaluation;

  int64_t slate_size() const;  // K of env, which agents, planners and audits need too

  void VisitFields(FieldVisitor& visit);
};

// The settings in the file of a run's configuration. Where it says `base = "FILE"`, they are laid
// over those of that file, which may have a base in turn; relative paths of settings then count
// from the folder of the lowest base. Throws Error(kConfig) for a comparison's file, and where
// bases go round in a circle.
ConfigSource RunSource(const std::filesystem::path& path);

// Reads and checks a configuration. The relative paths of a data set's TOML file and of a matrix
// file count from the configuration's folder. Throws Error(kConfig) when settings can't work.
RunConfig ReadRunConfig(const ConfigSource& source);

// Sets settings by their names, as `--set` does: SetFields(config, {"env.budget=5"}). So a caller
// need not know the struct of a section.
void SetFields(RunConfig& config, const std::vector<std::string>& sets);

// The same run cut short, to try it out: at most 2 seeds, 3 iterations, few sessions and users, and
// few plans of a language model.
RunConfig SmokeRun(RunConfig config);

// What decides the trained weights, of a configuration as JSON: all settings except seeds, threads,
// those of the evaluation, and those of an endpoint that say where it runs, how patiently it is
// asked and what it may cost. A file that describes data counts by its name and its folder's, so
// that a run is found from any working directory.
nlohmann::json TrainingSettings(nlohmann::json config);
// The hash of these.
std::string TrainHash(const RunConfig& config);
// Hash of what decides a row of results: as TrainHash, with the settings of the evaluation.
std::string RowHash(const RunConfig& config);

}  // namespace lerl
