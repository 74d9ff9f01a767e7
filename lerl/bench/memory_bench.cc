// Peak memory of one process that reads data of KuaiRand-Pure's size (generated to its schema),
// splits them, trains the response model's full network, fits the factorisations and trains PPO. So
// that it ends in a minute, the response model's epoch is over the rows of one user in 20: windows
// pass through in batches, so memory does not depend on how many there are.

#include <sys/resource.h>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/generated_data.h"
#include "lerl/bench/train_setup.h"
#include "lerl/data/sources/kuairand.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/response/transformer_training.h"
#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

constexpr double kBarMb = 1000, kKuaiSimMb = 7600;
constexpr int64_t kOneUserIn = 20;

double PeakMegabytes() {
  rusage usage{};
  LERL_CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  return static_cast<double>(usage.ru_maxrss) / 1000;
}

std::unique_ptr<World> MakeMemoryWorld(const RunConfig& config) {
  auto world = std::make_unique<World>();
  {
    const TemporaryFolder folder;
    WriteKuaiRandPure(folder.path(), {.users = 27'077, .videos = 7'551, .rows = 1'440'000});
    world->dataset = LoadKuaiRand("kuairand-pure", folder.path(), {});
  }
  LERL_CHECK_EQ(world->dataset.num_users(), 27'077);
  LERL_CHECK_EQ(world->dataset.num_items(), 7'551);
  LERL_CHECK_EQ(world->dataset.num_interactions(), 1'440'000);
  world->split = MakeSplit(world->dataset, config.split);
  Split few = world->split;
  for (int64_t user = 0; user < world->dataset.num_users(); ++user)
    if (user % kOneUserIn != 0) few.train_end[At(user)] = world->dataset.RowsBegin(user);
  TransformerResponseConfig response = config.response_model.transformer;
  response.epochs = 1;
  response.valid_users = 100;
  world->response_model = TrainTransformerResponse(world->dataset, few, response, 1);
  world->unit_vectors = FitUnitItemVectors(world->dataset, world->split);
  world->factors = FitItemFactors(world->dataset, world->split, config.agent.factors);
  return world;
}

}  // namespace

std::vector<BenchRow> BenchMemory(const BenchOptions&) {
  const TrainSetup setup = MakeTrainSetup("ppo", TrainWork::kDefault);
  const std::unique_ptr<World> world = MakeMemoryWorld(setup.config);
  const Actors actors = MakeActors(*world, setup.config, 1);
  Rng rng(1, "bench");
  for (int iteration = 0; iteration < 2; ++iteration) {
    const std::vector<SessionSpec> specs =
        DrawSessions(world->split.train_users, setup.config.train.sessions, rng);
    const SessionLog log = PlaySessions(world->dataset, *actors.env, *actors.agent, *actors.plans,
                                        specs, {.mode = PlanMode::kTraining});
    for (const int32_t length : log.length) LERL_CHECK(length >= 11 && length <= 20);
    actors.agent->Update(log);
  }
  BenchRow row;
  row.name = "memory/kuairand-pure";
  row.unit = "MB";
  row.value = row.low = row.high = PeakMegabytes();
  row.bar = kBarMb;
  row.lower_is_better = true;
  row.note = "read, response model, ppo; 27,077 users, 7,551 items, 1.44 million rows";
  row.peer = "KuaiSim";
  row.peer_value = kKuaiSimMb;
  return {row};
}

}  // namespace lerl
