#pragma once
// Hindsight: plans that turn out best after they were tried, with the prompts that should have led
// to them. A language model is fine-tuned on them (`lerl plan export`).
//
//   1. The behaviour planner plays one session of each user.
//   2. At a few states of that session several plans are tried, among them the behaviour planner's
//      own and the user's favourites. A trial plays the same session (same user and seed, hence the
//      same past) with another plan at that step and the behaviour planner's plans afterwards.
//   3. The best plan is the one with the largest return from the state on:
//
//        return = sum of expected rewards over the next `horizon` steps of the trial
//
//   4. Its categories are ordered by the mean return of the trials that planned them.
//
//   5. For a tuner of language models (lm_tuning/tuning_examples.h) every category gets a share q
//      of the answer instead:
//
//        q_c = softmax_c(2 (mean_c - mean) / sd)
//
//        mean, sd   of the returns of all trials of the state
//        mean_c     of the trials that planned c; mean where none did
//        c          over the categories that could be planned; others have q = 0
//
// A state teaches nothing and is left out where the best return exceeds the worst by less than
// kLeastGain.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/train/world.h"

namespace lerl {

struct HindsightOptions {
  std::string behaviour = "fatigue_aware";  // a planner by rules or learned, no language model
  int64_t states = 2;                       // states of a session at which plans are tried
  int64_t tries = 8;                        // plans that are tried at a state
  int64_t horizon = 5;                      // steps whose rewards count
  uint64_t seed = 1;
  // Scores [states, C] by which the plans of a state are drawn, without replacement: the categories
  // of a plan are the first of softmax(score) under Gumbel noise. Empty: the plans of step 2.
  std::function<std::vector<std::vector<float>>(const std::vector<PlanState>&)> scores = {};
};

inline constexpr double kLeastGain = 1e-6;

struct HindsightExample {
  int32_t user = 0;
  int step = 0;
  std::string system = {}, question = {};  // the messages of the prompt
  std::string answer = {};                 // labels, best first; only mode "generate" has several
  PlanState state = {};                    // what the prompt shows
  std::vector<float> target = {};          // q [C]
  std::vector<std::vector<int16_t>> plans = {};  // that were tried, best place first
  std::vector<double> returns = {};              // of each
  std::vector<int16_t> candidates = {};          // categories that could be planned
  std::vector<float> scores = {};                // [C] by which plans were drawn, if they were
  double best = 0;                               // return of the best plan
  double behaviour = 0;                          // return of the behaviour planner's own plan
  double mean = 0;                               // mean return of the plans that were tried
};

// Returns the examples of the users, in the users' order. `agent` picks the items inside the plans.
// `done` is called with the number of users that are finished; if it returns false, the examples
// found so far are returned. Throws Error(kUsage) for a behaviour planner that sees the truth, asks
// a language model or does not plan.
std::vector<HindsightExample> FindHindsight(const World& world, const RunConfig& config,
                                            Agent& agent, std::span<const int32_t> users,
                                            const HindsightOptions& options,
                                            const std::function<bool(int64_t)>& done = {});

// One line of JSON in the chat format: {"messages": [{"role": ..., "content": ...}, ...]}.
std::string ChatLine(const HindsightExample& example);

}  // namespace lerl
