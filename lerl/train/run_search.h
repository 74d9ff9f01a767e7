#pragma once
// The search for a run of a configuration below a folder, and for the one that is most like it
// where there is none.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

// The newest group below `root`, at any depth, in which the runs of all seeds of `config` have
// finished with its training hash. Throws Error(kNoRun) if there is none; the message names the
// nearest run, and what differs there.
std::filesystem::path FindFinishedGroup(const std::filesystem::path& root, const RunConfig& config);

// A group and the settings in which its runs differ from a configuration.
struct NearestRun {
  struct Difference {
    std::string key;  // such as "train.iterations"
    // Its values in the run and in the configuration, as JSON; "nothing" where it has none.
    std::string there, here;
  };
  std::filesystem::path group;
  std::vector<Difference> differences;  // by key; empty where only seeds are missing
};

// The group below `root` that differs from `config` in the fewest settings that decide training.
// Where several do, the one whose planner is as much a language model's comes first, then the first
// by path. Runs that have not finished are left out where `finished` is set.
std::optional<NearestRun> FindNearestRun(const std::filesystem::path& root, const RunConfig& config,
                                         bool finished = false);

// "runs/ppo+none-1234abcd, differs in train.iterations (160 there, 128 here)"
std::string NearestRunText(const NearestRun& run);

}  // namespace lerl
