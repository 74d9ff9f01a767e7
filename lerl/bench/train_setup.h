#pragma once
// What the training benchmarks run: settings, bars and peers' figures. Settings are given like
// --set, so that a row can be repeated with `lerl train`.
//
//   default     the configuration that `lerl train` has without settings
//   same work   the peers' networks: encoder of 2 layers, width 64, history 100, one token an item;
//               128 states learned per 32 user-steps (8 whole sessions of about 16 states each, 4
//               per session played); ppo: 4 epochs
//   matrix      EasyRL4Rec's settings: 290 x 300, state = mean of 3 items of width 32, MLP 64-64,
//               100 environments; on-policy one pass over 100 sessions in batches of about 1,024
//               states; off-policy 8 states learned per step, its 64 states .125 times a step: 5
//               sessions of 13 steps, as an untrained policy has them (ours: 1-step returns)
// Peers were measured on one core of another machine (KuaiSim; EasyRL4Rec on its Coat task).

#include <optional>
#include <string>
#include <vector>

#include "lerl/train/run_config.h"

namespace lerl {

enum class TrainWork { kDefault, kSameWork, kMatrix };

struct TrainSetup {
  RunConfig config;
  std::vector<std::string> sets;  // over the default configuration
  std::optional<double> bar;      // user-steps per second
  std::string peer;               // empty: none
  double peer_value = 0;
  int updates = 1;  // Agent::Update calls an iteration: an on-policy agent learns its sessions anew
};

// Throws Error(kUsage) for an agent that does not learn.
TrainSetup MakeTrainSetup(const std::string& agent, TrainWork work);

// Floating-point operations of a user-step of the matrix row, played and learned: multiply-adds of
// token map, actor, critics and item scores; a gradient costs twice its forward pass.
double MatrixFlops(const TrainSetup& setup, int64_t items, int64_t token_width);

}  // namespace lerl
