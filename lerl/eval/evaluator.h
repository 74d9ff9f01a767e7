#pragma once
// Evaluation of a finished run: whole sessions of held-out test users, without exploration, each plan
// of a language model fresh or an exact hit of the cache.

#include <filesystem>

#include "lerl/sim/session_log.h"
#include "lerl/train/world.h"

namespace lerl {

// One session per held-out user under one seed.
SessionLog PlayHeldOut(const World& world, const RunConfig& config, int64_t seed, Actors& actors);

// The same for the finished run in `folder`. The sessions are kept beside the checkpoint and read
// from there the next time; a damaged file is made anew.
SessionLog EvaluateRun(const World& world, const RunConfig& config, int64_t seed,
                       const std::filesystem::path& folder);

}  // namespace lerl
