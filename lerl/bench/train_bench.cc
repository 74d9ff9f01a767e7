// Training speed: environment, agent and learning together, one core.

#include <chrono>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "lerl/base/error.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/data/synthetic.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/transformer_response.h"
#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

// A data set of MovieLens-100K's size: 943 users, 1,682 items, 19 categories, 106 rows a user.
constexpr SyntheticConfig kData{
    .users = 943, .items = 1682, .categories = 19, .rows_per_user = 106};

std::unique_ptr<World> MakeWorld(const RunConfig& config) {
  auto world = std::make_unique<World>();
  world->dataset = MakeSyntheticDataset(kData);
  world->split = MakeSplit(world->dataset, config.split);
  world->response_model = RandomTransformerResponse(
      config.response_model.transformer.transformer, static_cast<int>(kData.users),
      static_cast<int>(kData.items), static_cast<int>(kData.behaviours), 1);
  world->unit_vectors = FitUnitItemVectors(world->dataset, world->split);
  world->factors = FitItemFactors(world->dataset, world->split, config.agent.factors);
  return world;
}

}  // namespace

std::vector<BenchRow> BenchTrain(const BenchOptions& options) {
  RunConfig config;
  config.agent.name = options.agent;
  if (!FindAgentRow(options.agent).learns)
    throw Error(ErrorKind::kUsage, "bench train: '" + options.agent + "' does not learn; try ppo");
  const std::unique_ptr<World> world = MakeWorld(config);
  const Actors actors = MakeActors(*world, config, 1);
  uint64_t iteration = 0;
  const auto run = [&] {
    const auto start = std::chrono::steady_clock::now();
    std::vector<SessionSpec> specs(static_cast<size_t>(config.train.sessions));
    Rng rng(1, "bench", iteration++);
    for (SessionSpec& spec : specs)
      spec = {world->split.train_users[rng.Below(world->split.train_users.size())], rng.Next()};
    const SessionLog log = PlaySessions(world->dataset, *actors.env, *actors.agent, *actors.plans,
                                        specs, {.explore = true});
    for (const auto& [name, value] : actors.agent->Update(log))
      if (!std::isfinite(value)) throw std::logic_error("bench train: " + name + " is not finite");
    int64_t steps = 0;
    for (const int32_t length : log.length) {
      if (length < 11 || length > 20) throw std::logic_error("bench train: impossible length");
      steps += length;
    }
    return static_cast<double>(steps) /
           std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  BenchRow row = Measure("train/" + options.agent, "user-steps/s", 2000.0, options.repeats, run);
  row.note = "KuaiSim 5.9 to 14.3, LERL's public code 31 (answers free)";
  return {row};
}

}  // namespace lerl
