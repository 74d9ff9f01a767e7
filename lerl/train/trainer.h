#pragma once
// The training loop and its checkpoints. A run is killed at any moment and resumed with the same
// bytes: everything that decides the future is in the checkpoint (weights, optimiser, random
// streams, planner with pool and plan cache), iterations consist of whole sessions, and what
// happened after the checkpoint is done again.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {

enum class Resume {
  kNever,     // an unfinished run in the folder is an error
  kContinue,  // go on from its checkpoint
};

struct TrainResult {
  bool finished = false;  // false: stopped by a signal; the checkpoint is written
  int64_t iterations = 0;
  int64_t user_steps = 0;
  double seconds = 0;                            // of this process
  std::optional<TeachingFigures> teaching = {};  // with a student
};

// Called after each iteration with its number and the newest validation figures. Without one a
// progress bar is shown.
using OnIteration = std::function<void(int64_t iteration, const std::string& note)>;

// Trains one seed in `folder` (locked while it runs). A finished run is left as it is; an agent
// that doesn't learn finishes at once. Throws Error(kCheckpoint) when the folder holds a run of
// another configuration, data set or seed, or a damaged one; Error(kBusy) when another process
// writes it.
TrainResult Train(const World& world, const RunConfig& config, int64_t seed,
                  const std::filesystem::path& folder, Resume resume,
                  const OnIteration& on_iteration = {});

// The actors of a finished run, from its checkpoint. Throws Error(kCheckpoint) when it is damaged,
// of another configuration or of another data set.
Actors LoadRun(const World& world, const RunConfig& config, int64_t seed,
               const std::filesystem::path& folder);

}  // namespace lerl
