#pragma once
// Recommendations: the slates that a finished run shows to users, each with the plan inside which
// its items were chosen.
//
// A user's first slate follows from the training rows of the log: it is what a product would show
// next. Every later one depends on answers to the slates before it, and the environment draws these
// from its model of the user.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/planner/plan_policy.h"
#include "lerl/train/world.h"

namespace lerl {

struct Recommendation {
  int32_t user = 0;
  int step = 0;                          // of the session, from 0
  std::vector<int32_t> items;            // [N] best first
  std::vector<float> scores;             // [N] as the agent gave them
  std::vector<uint32_t> responses = {};  // [N] drawn; bit f is behaviour f. Empty of single slates
  SlotPlan plan = {};
};

struct RecommendConfig {
  int64_t items = 0;  // N; 0: those of a slate
  int64_t steps = 1;  // slates per user, unless the user leaves before
  bool reorder = false;
  int64_t seed = 1;  // of the answers and of a planner's draws
};

// The slates of all `users`, by user in the order given, then by step. Where fewer than N items are
// left inside the plan there are fewer in the list. Throws Error(kUsage) where N is not the size of
// a slate and sessions go on after the first, and for a user whom the world's split closes.
std::vector<Recommendation> Recommend(const World& world, const RecommendConfig& config,
                                      std::span<const int32_t> users, Actors& actors);

}  // namespace lerl
