#pragma once
// A scripted language model that knows people more or less well. It answers the question whether a
// planner would use a model that is worth listening to.
//
//   score(c | prompt) = (1 - nu) z(v_uc) + nu e
//
//   v_uc  what category c is worth to user u when a session begins (Env::OracleCategoryRewards)
//   z     standardisation over the categories: mean 0, standard deviation 1
//   e     ~ N(0, 1), drawn anew for each prompt and category, from the seed
//   nu    share of the noise, in [0, 1]: 0 knows the truth, 1 knows nothing
//
// Some of its answers may be wrong besides (ScriptedErrors), of a share q:
//
//   corrupted   with probability q a prompt's whole answer is that of a random order: the
//               categories have swapped their scores, anew for each prompt
//   mistaken    q of the categories stand for one another, the same way in every prompt, as for a
//               model that has learned a wrong meaning of a name
//
// It reads the names of the user and the categories from the prompt, as a model would, so
// planner.llm.name_user must be on. To a prompt that names nobody it knows it gives all categories
// the score 0. ORACLE: it is an instrument, never a row that a policy is compared with as an equal.

#include <memory>

#include "lerl/llm/backend.h"
#include "lerl/train/world.h"

namespace lerl {

struct ScriptedErrors {
  double share = 0;         // q, in [0, 1]
  bool systematic = false;  // mistaken, not corrupted

  bool operator==(const ScriptedErrors&) const = default;
};

// The model that knows all users of the world's split. `env` says which task's truth it knows.
std::shared_ptr<LlmBackend> MakeScriptedTruth(const World& world, const EnvConfig& env, double nu,
                                              uint64_t seed, const ScriptedErrors& errors = {});

}  // namespace lerl
