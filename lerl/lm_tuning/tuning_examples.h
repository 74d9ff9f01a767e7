#pragma once
// What a language model planner is tuned on: states of training users as prompts show them, each
// with the share q [C] that every category should have of the answer.
//
//   from likes     q_c = n_c / sum n           n_c: how many of the user's next likes (at most 20)
//                                              after a cut of the log carry category c
//   from returns   q    of hindsight           what several plans earned in the simulator
//                                              (train/hindsight.h)
//
// From likes: a state is that after 0, 1 or 2 slates, for which the latest rows before the cut
// stand, as in the planner audit (eval/audit/planner_audit.h). The first cut of a user is where the
// training rows end; further ones are drawn between 30% and 100% of these rows. Validation, test
// and sealed users are in none. Every second state is a pair (planner/llm/coarse_state.h), as
// tables of plans ask, and the others are what the settings say.
//
// So that a model learns categories and not their places, states are spread over `orders` prompts,
// each of which lists the categories in an order of its own (mode letters: gives them other
// letters). Every third one is phrased by the other built-in template.
//
// Axes: C categories.

#include <cstdint>
#include <functional>
#include <vector>

#include "lerl/lm_tuning/model_tuner.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/train/world.h"

namespace lerl {

struct TunedState {
  PlanState state = {};
  std::vector<float> target = {};  // q [C], sums to 1
  // Of plans that were drawn from a model and tried (model_tuner.h): the prompt that it was asked
  // by, the plans with their advantages, and what they could hold.
  int64_t question = -1;
  std::vector<TriedPlan> plans = {};
  std::vector<int16_t> candidates = {};
  double earned = 0;  // mean return of the plans
};

struct ExampleOptions {
  int64_t examples = 2048;
  int64_t orders = 8;
  int64_t together = 32;  // states in a row that are asked by one prompt, so that packs are full
  uint64_t seed = 1;
};

// Throws Error(kData) where no training user has likes enough.
std::vector<TunedState> StatesFromLikes(const World& world, const RunConfig& config,
                                        const ExampleOptions& options);
// Plays sessions in the simulator of the configuration, under the agent `popularity`. `done` as in
// FindHindsight.
std::vector<TunedState> StatesFromReturns(const World& world, const RunConfig& config,
                                          const ExampleOptions& options,
                                          const std::function<bool(int64_t)>& done = {});

// log p [states, C] of states under the prompt of that place among the questions.
using ScoreStates = std::function<std::vector<std::vector<float>>(
    int64_t question, const std::vector<PlanState>& states)>;
// Plans that are drawn from a model's scores and tried in the simulator, as above: `tries` plans a
// state, all from the same session and seed. States whose plans all earn the same are left out.
std::vector<TunedState> StatesFromDraws(const World& world, const RunConfig& config,
                                        const ExampleOptions& options, const ScoreStates& score,
                                        const std::function<bool(int64_t)>& done = {});

struct TuningSet {
  std::vector<TuningQuestion> questions = {};
  std::vector<TuningExample> examples = {};
};
// The states as prompts of the planner that `config` describes. Throws Error(kConfig) where its
// answer is a generated list.
TuningSet MakeTuningSet(const LlmPlannerConfig& config, const Dataset& dataset, LlmBackend& backend,
                        const std::vector<TunedState>& states, const ExampleOptions& options);

}  // namespace lerl
