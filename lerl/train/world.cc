#include "lerl/train/world.h"

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/response/response_report.h"
#include "lerl/sim/tasks.h"
#include "lerl/train/factor_store.h"
#include "lerl/train/policy_knowledge.h"

namespace lerl {
namespace {

// Takes the users without a row in the matrix out of the split.
void KeepUsersOf(const MatrixTruth& matrix, Split& split) {
  for (std::vector<int32_t>* users : UserLists(split))
    std::erase_if(*users, [&](int32_t user) { return !matrix.HasUser(user); });
  if (split.train_users.empty() || split.test_users.empty())
    throw Error(ErrorKind::kData, matrix.matrix().source +
                                      ": too few of its users have a past in the log; lower "
                                      "split.min_past or split.train_users");
}

// The world in which policies know all there is.
std::unique_ptr<World> LoadWholeWorld(const RunConfig& config, HeldOut judged) {
  auto world = std::make_unique<World>();
  world->judged = judged;
  const TaskRow& task = FindTaskRow(config.env->task);
  world->dataset = LoadDataset(config.data.name, config.data.options);
  RequirePrices(*config.env, world->dataset);  // before anything is fitted
  RequireKnowledge(config, world->dataset);
  world->fingerprint = Fingerprint(world->dataset);
  world->split = MakeSplit(world->dataset, config.split);
  if (task.needs_matrix) {
    world->matrix =
        LoadMatrixTruth(config.env->matrix, config.data.name, config.data.options, world->dataset);
    KeepUsersOf(*world->matrix, world->split);
  }
  CloseHeldOut(world->split, judged);
  if (task.needs_evolving)
    world->evolving = std::make_shared<EvolvingUsers>(
        world->dataset, world->split, config.env->evolving.mf, config.env->evolving.world);
  world->response_model =
      LoadOrTrainResponseModel(world->dataset, world->split, config.response_model);
  Factorisations fitted =
      LoadOrFitFactorisations(world->dataset, world->split, config.agent.factors);
  world->unit_vectors = std::move(fitted.unit_vectors);
  world->factors = std::move(fitted.factors);
  return world;
}

}  // namespace

std::unique_ptr<World> LoadWorld(const RunConfig& config, HeldOut judged) {
  return AsPoliciesKnow(LoadWholeWorld(config, judged), config);
}

std::string WorldHash(const RunConfig& config) {
  const TaskRow& task = FindTaskRow(config.env->task);
  const nlohmann::json all = ConfigToJson(config);
  nlohmann::json used;
  for (const char* key : {"data", "split", "response_model"}) used[key] = all.at(key);
  for (const char* key : {"factors", "item_features"}) used[key] = all.at("agent").at(key);
  if (task.needs_matrix)
    for (const char* key : {"source", "file", "target", "mf"})
      used["matrix"][key] = all.at("env").at("matrix").at(key);
  if (task.needs_evolving) {
    used["evolving"] = all.at("env").at("evolving").at("mf");
    // Of the first world, which was once the only one, nothing is said.
    if (config.env->evolving.world != "first") used["world"] = config.env->evolving.world;
  }
  return ConfigHash(used);
}

const World& TruthOf(const World& world) { return world.truth != nullptr ? *world.truth : world; }

std::unique_ptr<Env> MakeWorldEnv(const World& world, const EnvConfig& config, int slots,
                                  int threads) {
  const World& truth = TruthOf(world);
  return MakeEnv(config,
                 {.dataset = truth.dataset,
                  .split = truth.split,
                  .response_model = *truth.response_model,
                  .item_vectors = truth.unit_vectors,
                  .threads = threads,
                  .matrix = truth.matrix.get(),
                  .evolving = truth.evolving.get()},
                 slots);
}

std::string SpreadProblem(const World& world, const EnvConfig& env) {
  const std::unique_ptr<Env> one = MakeWorldEnv(world, env, 1);
  return SpreadProblem(MeasureSpread(world.split, *one), world.response_model->name(),
                       world.dataset.name);
}

void RequireSpread(const World& world, const EnvConfig& env) {
  const std::string problem = SpreadProblem(world, env);
  if (!problem.empty()) throw Error(ErrorKind::kUnusable, problem);
}

Actors MakeActors(const World& world, const RunConfig& config, uint64_t seed,
                  const ActorParts& parts) {
  Actors actors;
  actors.env =
      MakeWorldEnv(parts.truth != nullptr ? *parts.truth : world,
                   parts.env != nullptr ? *parts.env : *config.env,
                   static_cast<int>(config.train.slots), static_cast<int>(config.train.threads));
  if (!parts.shows_new_items) actors.env->Withhold(world.split.new_items);
  SessionLog task;
  actors.env->Describe(task);
  actors.agent = MakeAgent(
      config.agent,
      {.dataset = world.dataset,
       .split = world.split,
       .factors = world.factors,
       .slate = static_cast<int>(config.slate_size()),
       .seed = seed,
       .reward_weights = task.reward_weights,
       .price_factors = task.price_factors,
       .oracle = [env = actors.env.get()](
                     int slot, std::span<float> rewards) { env->OracleRewards(slot, rewards); },
       .ranks = parts.ranks});
  const auto make_planner = [&world, settings = config.planner, backend = parts.backend,
                             env = actors.env.get()] {
    return MakePlanner(
        settings,
        {.dataset = world.dataset,
         .split = world.split,
         .policy_model = world.factors.model,
         .backend = backend,
         .oracle = [env](int slot,
                         std::span<float> rewards) { env->OracleCategoryRewards(slot, rewards); },
         .craving = [env](int slot, std::span<float> added) { env->OracleCraving(slot, added); }});
  };
  actors.plans = std::make_unique<PlanPolicy>(
      world.dataset, config.planner,
      parts.wrap_planner ? parts.wrap_planner(make_planner) : make_planner(),
      static_cast<int>(config.slate_size()));
  return actors;
}

}  // namespace lerl
