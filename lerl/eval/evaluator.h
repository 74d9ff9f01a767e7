#pragma once
// Evaluation of a finished run: whole sessions of held-out test users, without exploration, each
// plan of a language model fresh or an exact hit of the cache.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/eval/evaluation.h"
#include "lerl/eval/play_file.h"
#include "lerl/train/world.h"

namespace lerl {

// One session per held-out user under one seed.
HeldOutPlay PlayHeldOut(const World& world, const RunConfig& config, int64_t seed, Actors& actors);

// The same for the finished run in `folder`. The sessions are kept beside the checkpoint and read
// from there the next time; a damaged file is made anew.
HeldOutPlay EvaluateRun(const World& world, const RunConfig& config, int64_t seed,
                        const std::filesystem::path& folder);

// The same for all seeds of a row, judged. `plays` [seeds] in the configuration's order.
Evaluation EvaluateRow(const std::string& label, const World& world, const RunConfig& config,
                       const std::vector<HeldOutPlay>& plays);

}  // namespace lerl
