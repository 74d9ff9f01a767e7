#pragma once
// World: what all runs on one data set share and none changes: data, split, response model, the
// fixed item vectors, the policy side's factorisation, the matrix of the matrix task, the users of
// the evolving-interest task.

#include <memory>
#include <string>

#include "lerl/agents/items/item_factors.h"
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
  std::shared_ptr<const ResponseModel> response_model;
  std::shared_ptr<const MatrixTruth> matrix;      // of the matrix task; null in others
  std::shared_ptr<const EvolvingUsers> evolving;  // of the evolving-interest task; null in others
  std::vector<float> unit_vectors;                // [I, D] of similarity and intra-list diversity
  ItemFactors factors;                            // policy side
};

// Loads the data set, loads or trains the response model, loads or fits the
// factorisations. For the matrix
// task also the matrix; users without a row in it are then in no part of the split. Throws
// Error(kData) when that leaves no one to train on or to test with.
std::unique_ptr<World> LoadWorld(const RunConfig& config);
// Hash of the settings that LoadWorld depends on.
std::string WorldHash(const RunConfig& config);

// An environment of the world's task.
std::unique_ptr<Env> MakeWorldEnv(const World& world, const EnvConfig& config, int slots,
                                  int threads = 1);

// One environment, agent and plan policy of a run, ready to play.
struct Actors {
  std::unique_ptr<Env> env;
  std::unique_ptr<Agent> agent;
  std::unique_ptr<PlanPolicy> plans;
};
// In place of what a run makes for itself.
struct ActorParts {
  const World* truth = nullptr;                   // of the environment; null: the policies' world
  std::shared_ptr<LlmBackend> backend = nullptr;  // of planners; null: what the settings name
};
Actors MakeActors(const World& world, const RunConfig& config, uint64_t seed,
                  const ActorParts& parts = {});

}  // namespace lerl
