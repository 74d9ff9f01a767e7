#pragma once
// `lerl bench learning`: is the default configuration, which is faster, as good as the peers' work
// (bench/train_setup.h) at equal user-steps? For each agent one comparison of the two on ml-100k:
// the same users and seeds, R_cum of held-out users at the end, non-inferior at 2% where the lower
// end of the paired 95% interval is above -2% of the reference.

#include <filesystem>
#include <string>
#include <vector>

#include "lerl/bench/bench.h"

namespace lerl {

struct LearningOptions {
  std::vector<std::string> agents;  // empty: td3, ddpg, a2c, hac and ppo, those that there are
  int64_t user_steps = 50'000;      // of each run: iterations of 64 sessions at 16 steps a session
  int64_t seeds = 5;
  int64_t users = 0;  // held-out users; 0: all
  std::filesystem::path out = "runs/learning";
};

// Goes on where an earlier call in `out` was stopped. A row's value is the lower end of the
// interval in % of the reference's R_cum, its bar -2. Rows of agents that a signal kept from being
// finished are missing.
std::vector<BenchRow> BenchLearning(const LearningOptions& options);

}  // namespace lerl
