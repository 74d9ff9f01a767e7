#pragma once
// What the training benchmarks run: settings, bars and peers' figures. Settings are written like
// those of --set, so that a row can be repeated with `lerl train`.
//
//   default     the configuration that `lerl train` has without settings
//   same work   the peers' networks and learned states
//                 encoder     2 layers, width 64, history of 100, one token per item
//                 learning    128 states per 32 user-steps: batches of 8 whole sessions of about
//                             16 states, each session learned 4 times; ppo has 4 epochs
//   matrix      EasyRL4Rec's settings
//                 data        290 users x 300 items, 100 environments side by side
//                 networks    state: mean of 3 items of width 32; MLP 64-64
//                 on-policy   one pass over 100 sessions, in batches of about 1,024 states
//                 off-policy  8 states learned per step (there batches of 64 states, .125 times a
//                             step), in batches of 5 sessions of 13 steps, the length under an
//                             untrained policy; 1-step returns, where theirs are 3-step returns
//
// Peers were measured on one core of another machine (KuaiSim; EasyRL4Rec on its Coat task).

#include <optional>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

enum class TrainWork { kDefault, kSameWork, kMatrix };

struct TrainSetup {
  RunConfig config;
  std::vector<std::string> sets;  // laid over the default configuration
  std::optional<double> bar;      // user-steps per second
  std::string peer;               // empty: none
  double peer_value = 0;
  int updates = 1;  // Agent::Update calls an iteration: an on-policy agent learns its sessions anew
};

// Throws Error(kUsage) for an agent that does not learn.
TrainSetup MakeTrainSetup(const std::string& agent, TrainWork work);

// Floating-point operations of one user-step of the matrix row, played and learned.
//
//   flops = 2 (play + states learn)
//
//   play    multiply-adds of token map, actor and item scores
//   learn   multiply-adds to learn from one state, with token map, actor and critics; a gradient
//           costs twice its forward pass
//   states  states learned per user-step: 1 on-policy, 8 off-policy
double MatrixFlops(const TrainSetup& setup, int64_t items, int64_t token_width);

}  // namespace lerl
