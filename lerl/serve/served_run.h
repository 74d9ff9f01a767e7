#pragma once
// ServedRun: a finished run as a service finds it on the disk: its settings, which stand in
// run.json, its seed, and the version that its answers carry.

#include <cstdint>
#include <filesystem>
#include <string>

#include "lerl/train/run_config.h"

namespace lerl {

struct ServedRun {
  std::filesystem::path folder;  // of one seed: GROUP/seed-1
  RunConfig config = {};
  int64_t seed = 1;
  // Changes whenever the policy could answer otherwise: the first digits of the hashes of what
  // decides how it behaves and of its checkpoint.
  std::string version = {};
};

// Reads the run in a folder, or in the first seed of a group's folder. Throws Error(kNoRun) where
// there is no finished run, Error(kCheckpoint) where a file is damaged, Error(kConfig) for a
// setting that this program does not know, Error(kUnusable) for a policy that reads the simulator's
// truth, since people have none, and for a run whose training was invalid.
ServedRun ReadServedRun(const std::filesystem::path& folder);

}  // namespace lerl
