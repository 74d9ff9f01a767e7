#pragma once
// Evaluation of a finished run: whole sessions of the held-out users whom the world judges
// (World::judged), without exploration. Each plan of a language model is fresh or an exact hit of
// the cache.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"
#include "lerl/eval/play_file.h"
#include "lerl/train/world.h"

namespace lerl {

// What a run was trained by, where it is judged in another simulator: the settings of [env] and of
// [response_model] differ. Data, split and slate size are the same.
struct TrainedBy {
  const World* world = nullptr;
  const RunConfig* config = nullptr;
};

struct EvaluateOptions {
  bool reuse_stale = false;            // take kept sessions of another program's as they are
  bool show_progress = false;          // on standard error, while sessions are played
  std::optional<TrainedBy> trained{};  // absent: as it is judged
};

// Plays one session per held-out user under one seed. Throws Error(kConfig) where
// evaluation.teacher is on and the planner has no teacher, or where there are no such users.
HeldOutPlay PlayHeldOut(const World& world, const RunConfig& config, int64_t seed, Actors& actors,
                        bool show_progress = false);

// Where the sessions of a row are kept that the run in `folder` plays with these held-out users.
std::filesystem::path KeptPlayPath(HeldOut judged, const RunConfig& config,
                                   const std::filesystem::path& folder);

// The same for the finished run in `folder`. The sessions are kept beside the checkpoint and read
// from there the next time; a file that is damaged, of another checkpoint, or played by a program
// of another commit is made anew. With options.reuse_stale the last is taken as it is. `stale` of
// the result says where the run or its sessions are of another program.
HeldOutPlay EvaluateRun(const World& world, const RunConfig& config, int64_t seed,
                        const std::filesystem::path& folder, const EvaluateOptions& options = {});

// Judges a row. `plays` are its sessions under each seed, in the configuration's order.
Evaluation EvaluateRow(const std::string& label, const World& world, const RunConfig& config,
                       const std::vector<HeldOutPlay>& plays);

}  // namespace lerl
