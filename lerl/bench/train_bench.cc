// Training speed: environment, agent and learning together, one core. Whole session: a data set of
// MovieLens-100K's size and a response model of random weights (training it would not change the
// work). Matrix: the coat-like matrix, 290 x 300.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/machine.h"
#include "lerl/bench/session_check.h"
#include "lerl/bench/train_setup.h"
#include "lerl/data/sources/coat_like.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/matrix/plain_matrix.h"
#include "lerl/sim/response/transformer_response.h"
#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {
namespace {

// 943 users, 1,682 items, 19 categories, 106 rows a user.
constexpr SyntheticConfig kTrainData{
    .users = 943, .items = 1682, .categories = 19, .rows_per_user = 106};

std::unique_ptr<World> MakeTrainWorld(const RunConfig& config) {
  auto world = std::make_unique<World>();
  const bool matrix = config.env->task == "matrix";
  world->dataset = matrix ? LoadDataset(config.data.name, config.data.options)
                          : MakeSyntheticDataset(kTrainData);
  world->split = MakeSplit(world->dataset, config.split);
  if (matrix)
    world->matrix =
        LoadMatrixTruth(config.env->matrix, config.data.name, config.data.options, world->dataset);
  world->response_model = RandomTransformerResponse(
      config.response_model.transformer.transformer, static_cast<int>(world->dataset.num_users()),
      static_cast<int>(world->dataset.num_items()),
      static_cast<int>(world->dataset.num_behaviours()), 1);
  world->unit_vectors = FitUnitItemVectors(world->dataset, world->split);
  world->factors = FitItemFactors(world->dataset, world->split, config.agent.factors);
  return world;
}

// Rewards and lengths of the first sessions against a plain reference.
void CheckLog(const World& world, const EnvConfig& config, const SessionLog& log) {
  if (world.matrix == nullptr) {
    for (const int32_t length : log.length) LERL_CHECK(length >= 11 && length <= 20);
    CheckSessions(world.dataset, world.split, *world.response_model, world.unit_vectors, config,
                  log, 1);
    return;
  }
  for (int64_t s = 0; s < std::min<int64_t>(log.sessions, 50); ++s) {
    const auto row = At(s);
    std::vector<std::vector<int32_t>> shown;
    for (int64_t t = 0; t < log.length[row]; ++t) shown.push_back({log.items[log.Cell(s, t)]});
    const ReferenceSession plain =
        PlayReference(world.matrix->matrix(), world.dataset, config, log.user[row], shown);
    LERL_CHECK_EQ(static_cast<int32_t>(plain.rewards.size()), log.length[row]);
    LERL_CHECK_EQ(plain.terminated, log.terminated[row] != 0);
    for (size_t t = 0; t < plain.rewards.size(); ++t)
      LERL_CHECK_EQ(plain.rewards[t],
                    static_cast<double>(log.reward[log.Cell(s, static_cast<int64_t>(t))]));
  }
}

class Training {
 public:
  explicit Training(const TrainSetup& setup)
      : setup_(setup),
        world_(MakeTrainWorld(setup.config)),
        actors_(MakeActors(*world_, setup.config, 1)) {}

  // User-steps per second of as many iterations as take `seconds`.
  double Rate(double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    int64_t steps = 0;
    double elapsed = 0;
    for (; elapsed < seconds; elapsed = std::chrono::duration<double>(Clock::now() - begin).count())
      steps += Iterate();
    return static_cast<double>(steps) / elapsed;
  }
  void Check() const { CheckLog(*world_, *setup_.config.env, log_); }
  // Shares of playing and of learning so far, and the length of the latest sessions: gradient steps
  // are counted by sessions, so an agent that lengthens them makes more user-steps with each.
  std::string Parts() const {
    const double steps = std::accumulate(log_.length.begin(), log_.length.end(), 0.0);
    char text[96];
    std::snprintf(text, sizeof(text),
                  "playing %.0f%%, learning %.0f%%, last sessions of %.1f steps",
                  100 * play_ / (play_ + learn_), 100 * learn_ / (play_ + learn_),
                  steps / static_cast<double>(log_.sessions));
    return text;
  }
  double GemmBound() const {  // user-steps/s at 60% of the measured rate
    const Dataset& data = world_->dataset;
    const int64_t width = (1 + data.num_behaviours()) *
                          (setup_.config.agent.factors.factors + 1 + data.num_categories() + 1);
    return 0.6e9 * ThisMachine().gemm_gflops / MatrixFlops(setup_, data.num_items(), width);
  }

 private:
  int64_t Iterate() {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    Rng rng(1, "bench", iteration_++);
    const std::vector<SessionSpec> specs =
        DrawSessions(world_->split.train_users, setup_.config.train.sessions, rng);
    log_ = PlaySessions(world_->dataset, *actors_.env, *actors_.agent, *actors_.plans, specs,
                        {.mode = PlanMode::kTraining});
    const auto played = Clock::now();
    for (int i = 0; i < setup_.updates; ++i)
      for (const auto& [name, value] : actors_.agent->Update(log_))
        LERL_CHECK(std::isfinite(value));
    play_ += std::chrono::duration<double>(played - begin).count();
    learn_ += std::chrono::duration<double>(Clock::now() - played).count();
    int64_t steps = 0;
    for (const int32_t length : log_.length) steps += length;
    return steps;
  }

  const TrainSetup setup_;
  const std::unique_ptr<World> world_;
  const Actors actors_;
  SessionLog log_;
  uint64_t iteration_ = 0;
  double play_ = 0, learn_ = 0;
};

}  // namespace

std::vector<BenchRow> BenchTrain(const BenchOptions& options) {
  const bool matrix = options.task == "matrix";
  TrainSetup setup = MakeTrainSetup(options.agent, matrix              ? TrainWork::kMatrix
                                                   : options.same_work ? TrainWork::kSameWork
                                                                       : TrainWork::kDefault);
  Training training(setup);
  std::string note;
  if (matrix) {
    const double bound = training.GemmBound();
    char text[96];
    std::snprintf(text, sizeof(text), "; 60%% of the GEMM rate: %.0f steps/s", bound);
    note = text;
    if (setup.bar) setup.bar = std::min(*setup.bar, bound);
  }
  const std::string name = std::string(matrix ? "train/matrix/" : "train/") + options.agent +
                           (options.same_work && !matrix ? "/same-work" : "");
  BenchRow row = Measure(name, matrix ? "steps/s" : "user-steps/s", setup.bar, options.repeats,
                         [&] { return training.Rate(options.seconds / 2); });
  training.Check();
  row.note = training.Parts() + note;
  row.peer = setup.peer;
  row.peer_value = setup.peer_value;
  return {row};
}

}  // namespace lerl
