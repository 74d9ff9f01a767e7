#pragma once
// `lerl bench learning`: the default configuration is faster than the peers' work
// (bench/train_setup.h). Does it learn as well at equal user-steps?
//
// For each agent the two are compared on ml-100k, with the same users and seeds, by R_cum of
// held-out users at the end. The default is non-inferior where the lower end of the paired 95%
// interval is above -2% of R_cum at the same work.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/bench/bench.h"

namespace lerl {

struct LearningOptions {
  std::vector<std::string> agents;  // empty: td3, ddpg, a2c, hac and ppo, those that there are
  int64_t user_steps = 50'000;      // of each run, in iterations of 64 sessions of about 16 steps
  int64_t seeds = 5;
  int64_t users = 0;  // held-out users; 0: all
  std::filesystem::path out = "runs/learning";
};

// Goes on where an earlier call in `out` was stopped. The value of a row is the lower end of the
// interval in % of the reference's R_cum, and its bar is -2. An agent that was not finished because
// of a signal has no row.
std::vector<BenchRow> BenchLearning(const LearningOptions& options);

}  // namespace lerl
