#pragma once
// World: what all runs on one data set share and no run changes. Actors: what a run plays with.
//
// Axes: I items, D width of an item vector.

#include <functional>
#include <memory>
#include <string>

#include "lerl/agents/items/item_factors.h"
#include "lerl/base/ranks.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/sim/env.h"
#include "lerl/sim/evolving/evolving_users.h"
#include "lerl/sim/matrix/matrix_truth.h"
#include "lerl/sim/response/response_model.h"
#include "lerl/train/run_config.h"

namespace lerl {

class LlmBackend;

struct World {
  Dataset dataset;
  std::string fingerprint;  // of the data set
  Split split;
  HeldOut judged = HeldOut::kValidation;  // who evaluations and audits play
  std::shared_ptr<const ResponseModel> response_model;
  std::shared_ptr<const MatrixTruth> matrix;      // rewards of the task `matrix`; null in others
  std::shared_ptr<const EvolvingUsers> evolving;  // users of the task `evolving`; null in others
  std::vector<float> unit_vectors;                // [I, D] for similarity and intra-list diversity
  ItemFactors factors;                            // the policy side's own factorisation
  // What environments and metrics are made of, where policies know less than there is
  // (train/policy_knowledge.h). Null: of this world itself.
  std::shared_ptr<const World> truth = nullptr;
};

// Makes the world of a configuration:
//   1. loads the data set and splits it; test users and sealed users are closed (data/split.h) but
//      for those who are `judged`, so that whoever trains or tunes can't play them by mistake;
//   2. for the task `matrix` loads the matrix; users without a row in it leave the split;
//      for the task `evolving` fits the factorisation behind its users' interests;
//   3. loads the response model, or trains it;
//   4. loads the factorisations, or fits them;
//   5. takes from it what policies don't know (train/policy_knowledge.h).
// Throws Error(kData) when no user is left to train on or to test with.
std::unique_ptr<World> LoadWorld(const RunConfig& config, HeldOut judged = HeldOut::kValidation);
// Hash of the settings that LoadWorld depends on.
std::string WorldHash(const RunConfig& config);

// What environments and metrics are made of: the truth, or the world itself where it has none.
const World& TruthOf(const World& world);

// Makes an environment of the task that `config` names, for `slots` sessions side by side. It shows
// new items too.
std::unique_ptr<Env> MakeWorldEnv(const World& world, const EnvConfig& config, int slots,
                                  int threads = 1);

// Why policies can't be told apart in the world's task: the best slates of validation users earn
// hardly more than random ones (sim/response/response_report.h). "" where they do.
std::string SpreadProblem(const World& world, const EnvConfig& env);
// Throws Error(kUnusable) where there is such a problem.
void RequireSpread(const World& world, const EnvConfig& env);

// One environment, agent and plan policy of a run, ready to play.
struct Actors {
  std::unique_ptr<Env> env;
  std::unique_ptr<Agent> agent;
  std::unique_ptr<PlanPolicy> plans;
};
using MakePlannerCall = std::function<std::unique_ptr<Planner>()>;
// What a run takes from elsewhere in place of what it would make for itself.
struct ActorParts {
  const World* truth = nullptr;    // the environment's world; null: the same as the policies'
  const EnvConfig* env = nullptr;  // settings of the environment; null: the configuration's
  std::shared_ptr<LlmBackend> backend = nullptr;  // planners' model; null: what the settings name
  Ranks* ranks = &Alone();                        // with whom the agent learns
  // The environment shows new items (Split::new_items). Where policies practise it does not: what
  // users answer to them would tell what the log was kept from telling.
  bool shows_new_items = false;
  // Puts another planner in front of the one that the settings name, which it makes by a call, at
  // once or later: world and actors must live until then.
  std::function<std::unique_ptr<Planner>(MakePlannerCall)> wrap_planner = nullptr;
};
// Makes the actors of a run with a seed. Agent and planner know `world`; only those that their
// registries label as oracles also read the environment.
Actors MakeActors(const World& world, const RunConfig& config, uint64_t seed,
                  const ActorParts& parts = {});

}  // namespace lerl
