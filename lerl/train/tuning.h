#pragma once
// Tuning: a search over the settings of one agent (train/search_space.h), with the same number of
// trials, training runs and sessions for every agent.
//
// Trial 0 is the configuration as it stands; trial n takes point n of a scrambled Halton sequence
// (base/halton.h), so every trial follows from the search's seed and its number alone. A trial
// trains one run for each of train.seeds; its value is the mean of their last validation points
// (R_cum of validation users, without exploration). Test users are not touched. Trials run side by
// side; each is single-threaded.
//
// The folder: trial-0003.json is a finished trial, written whole; trial-0003/ the runs of one that
// is not finished. A search that was killed goes on from there to the same trials and values; one
// with more trials continues one with fewer.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

struct TuneOptions {
  std::string agent;
  int64_t trials = 1;
  uint64_t seed = 1;  // of the search
  int jobs = 1;       // trials side by side
  std::filesystem::path folder;
};

struct Trial {
  int64_t number = 0;
  std::vector<std::string> settings;  // "ppo.clip=0.2" below [agent]; empty for trial 0
  std::vector<double> values;         // one for each of train.seeds
  double mean() const;
};

struct TuneResult {
  bool finished = false;  // false: stopped by a signal
  std::string agent;
  uint64_t seed = 1;               // of the search
  std::vector<int64_t> run_seeds;  // train.seeds
  std::vector<Trial> trials;       // by number
  const Trial& best() const;       // of the largest mean; the first of equals
};

// Throws Error(kConfig) for an agent that has nothing to tune, a split without validation users;
// Error(kCheckpoint) when the folder holds another search or a damaged trial; Error(kBusy) when
// another process writes it.
TuneResult Tune(const ConfigSource& source, const TuneOptions& options);

// The settings of a trial as ConfigSource::With takes them: "agent.ppo.clip=0.2".
std::vector<std::string> TrialSets(const std::string& agent, const Trial& trial);
// The best trial as TOML, to be laid over the configuration; `command` stands in its head.
std::string BestToml(const TuneResult& result, const std::string& command);
nlohmann::json TuneJson(const TuneResult& result);

}  // namespace lerl
