#pragma once
// Tuning: a search over the settings of one agent (agents/search_space.h), with the same number of
// trials, training runs and sessions for every agent.
//
//   trial 0   the configuration as it stands
//   trial n   the settings at point n of a scrambled Halton sequence (base/halton.h), which follow
//             from the seed of the search and n alone
//   value     mean over train.seeds of the last validation point of a training run: R_cum of
//             validation users, without exploration
//
// Test users and sealed users are never played: the world closes them (data/split.h). A trial is a
// cell, which any worker may run (cells/study_run.h); each is single-threaded.
//
// The folder of a search holds trial-0003.json, written whole, for a finished trial, and the folder
// trial-0003 with the runs of one that is not finished. A search that was killed goes on from there
// to the same trials and values. A search with more trials continues one with fewer. Trials that a
// program of another commit made are stale: they are named and made anew, unless `reuse_stale`.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/cells/study_run.h"
#include "lerl/train/run_config.h"

namespace lerl {

struct TuneOptions {
  std::string agent;
  int64_t trials = 1;
  uint64_t seed = 1;  // of the search
  std::filesystem::path folder;
  bool reuse_stale = false;  // take trials of other commits as they are, and name them
  StudyOptions study{};      // who runs the trials; by itself, one thread of this process
};

struct Trial {
  int64_t number = 0;
  std::vector<std::string> settings;  // "ppo.clip=0.2" below [agent]; empty for trial 0
  std::vector<double> values;         // one for each of train.seeds
  std::string commit = {};            // of the program that made it
  double mean() const;
};

struct TuneResult {
  StudyEnd end = StudyEnd::kStopped;
  bool finished() const { return end == StudyEnd::kDone; }
  std::string agent;
  uint64_t seed = 1;               // of the search
  std::vector<int64_t> run_seeds;  // train.seeds
  std::vector<Trial> trials;       // by number
  const Trial& best() const;       // the trial of the largest mean; the first of equal ones
};

// Throws Error(kConfig) for an agent that has nothing to tune and for a split without validation
// users, Error(kUnusable) when policies hardly differ in the response model, Error(kCheckpoint)
// when the folder holds another search or a damaged trial, Error(kBusy) when another process writes
// to it, and what made a trial fail (cells/cell_ledger.h).
TuneResult Tune(const ConfigSource& source, const TuneOptions& options);
// What a worker runs the trials of such a search by.
std::unique_ptr<CellWork> MakeTuneWork(const ConfigSource& source, const TuneOptions& options);

// The agent's name and the settings of a trial as ConfigSource::With takes them:
// "agent.ppo.clip=0.2".
std::vector<std::string> TrialSets(const std::string& agent, const Trial& trial);
// The settings of the best trial as TOML, to be laid over the configuration; its head names
// `command`, the commit, trials of other commits, and that it is a draft where the program was
// built from a changed tree.
std::string BestToml(const TuneResult& result, const std::string& command);
nlohmann::json TuneJson(const TuneResult& result);

}  // namespace lerl
