#pragma once
// A scripted language model that knows people more or less, for the question whether a planner
// would use a model that is worth listening to.
//
//   score(c | prompt) = (1 - nu) z(v_uc) + nu N(0, 1)
//   v_uc   what category c is worth to user u when a session begins (Env::OracleCategoryRewards)
//   z      over the categories
//   noise  new for each prompt and category, from the seed
//
// It reads the user's and the categories' names from the prompt, as a model would
// (planner.llm.name_user must be on); to a prompt that names nobody it knows, all are equal.
// ORACLE: an instrument, never a row that a policy is compared with as an equal.

#include <memory>

#include "lerl/llm/backend.h"
#include "lerl/train/world.h"

namespace lerl {

// Of all users of the world's split. `env` says which truth.
std::shared_ptr<LlmBackend> MakeScriptedTruth(const World& world, const EnvConfig& env, double nu,
                                              uint64_t seed);

}  // namespace lerl
