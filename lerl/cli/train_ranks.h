#pragma once
// What `lerl train` does as one of several ranks, and to start them.

#include <memory>
#include <optional>

#include "lerl/base/ranks.h"
#include "lerl/train/run_config.h"

namespace lerl {

struct RankOptions {
  int ranks = 0;        // --ranks; 0: not given
  int timeout_s = 600;  // --rank-timeout
};

// Where this process is among ranks: by the environment. Nothing where it is none, or is the one
// that is to start them. Throws Error(kUsage) where the environment contradicts --ranks.
std::optional<RankPlace> PlaceAmongRanks(const RankOptions& options);

// Starts the ranks with the command line of this process, and waits for them. Throws Interrupted
// where they were, and Error where one failed.
void StartRanks(const RankOptions& options, const RunConfig& config);

// Joins the other ranks. From here on all but rank 0 are quiet.
std::unique_ptr<Ranks> JoinOthers(const RankPlace& place, const RankOptions& options);

}  // namespace lerl
