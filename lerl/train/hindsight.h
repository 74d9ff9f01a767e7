#pragma once
// Plans that turn out best in hindsight, with the prompts that should have led to them: what a
// language model is fine-tuned on (`lerl plan export`).
//
//   1 the behaviour planner plays one session of each user
//   2 at a few of its states several plans are tried, the behaviour's own and the user's favourites
//     among them; each trial is the same session (user, seed and so the same past), with another
//     plan at that step and the behaviour planner again afterwards
//   3 the best has the largest sum of expected rewards over `horizon` steps from the state on
//
// The categories of the best plan are ordered by the mean return of the trials that planned them.
// A state where no plan was better than the worst by kLeastGain teaches nothing and is left out.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/train/world.h"

namespace lerl {

struct HindsightOptions {
  std::string behaviour = "fatigue_aware";  // a planner that asks no language model
  int64_t states = 2;                       // of a session
  int64_t tries = 8;                        // plans of a state
  int64_t horizon = 5;                      // steps
  uint64_t seed = 1;
};

inline constexpr double kLeastGain = 1e-6;

struct HindsightExample {
  int32_t user = 0;
  int step = 0;
  std::string system = {}, question = {};  // the messages of the prompt
  std::string answer = {};                 // labels, best first; one label in mode "scores"
  double best = 0;                         // return of the plan that was best
  double behaviour = 0;                    // of the behaviour planner's own plan
  double mean = 0;                         // over the plans that were tried
};

// Examples of the users, in their order. `agent` picks the items inside the plans; `done` is called
// with the number of users that are through and returns false to stop, which gives what there is.
std::vector<HindsightExample> FindHindsight(const World& world, const RunConfig& config,
                                            Agent& agent, std::span<const int32_t> users,
                                            const HindsightOptions& options,
                                            const std::function<bool(int64_t)>& done = {});

// One line of JSON in the chat format: {"messages": [{"role": ..., "content": ...}, ...]}.
std::string ChatLine(const HindsightExample& example);

}  // namespace lerl
