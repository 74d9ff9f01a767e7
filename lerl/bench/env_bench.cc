// The environment with a learned response model of KuaiSim's size: whole sessions, full histories,
// distinct users, random slates, drawn responses, on one core. Sessions that end are replaced, so
// the encoding of a new user's history is part of the figure. Weights are random: training would
// not change the work.

#include <chrono>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/data/synthetic.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/session_env.h"
#include "lerl/sim/transformer_response.h"

namespace lerl {
namespace {

constexpr double kBar = 5000;
constexpr int64_t kUsers = 2048, kItems = 9000, kBehaviours = 7, kHistory = 100;

// Everything that the environment is made of.
struct World {
  Dataset dataset = MakeSyntheticDataset({.users = kUsers,
                                          .items = kItems,
                                          .categories = 30,
                                          .behaviours = kBehaviours,
                                          .rows_per_user = 130,
                                          .seed = 1});
  Split split;
  std::shared_ptr<ResponseModel> model;
  std::vector<float> vectors;

  World() {
    for (int64_t user = 0; user < kUsers; ++user) {  // full histories
      split.train_end.push_back(dataset.RowsEnd(user));
      split.valid_end.push_back(dataset.RowsEnd(user));
      LERL_CHECK_GE(dataset.RowsEnd(user) - dataset.RowsBegin(user), kHistory);
    }
    model = RandomTransformerResponse(
        {.width = 64, .layers = 2, .heads = 4, .feed_forward = 64, .band = kHistory}, kUsers,
        kItems, kBehaviours, 1);
    vectors = FitUnitItemVectors(dataset, split);
  }
};

// K different items that may be shown.
void DrawSlate(std::span<const uint8_t> excluded, Rng& rng, std::span<int32_t> slate) {
  for (size_t k = 0; k < slate.size();) {
    const auto item = static_cast<int32_t>(rng.Below(excluded.size()));
    bool taken = excluded[static_cast<size_t>(item)] != 0;
    for (size_t j = 0; j < k; ++j) taken |= slate[j] == item;
    if (!taken) slate[k++] = item;
  }
}

class Sessions {
 public:
  Sessions(const World& world, int slots)
      : env_(world.dataset, world.split, *world.model, world.vectors, EnvConfig{}, slots, 1),
        slates_(static_cast<size_t>(slots * env_.config().slate_size)) {
    for (int slot = 0; slot < slots; ++slot) StartNext(slot);
  }

  // User-steps per second over at least `seconds`.
  double Rate(double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    int64_t steps = 0;
    double elapsed = 0;
    for (; elapsed < seconds; elapsed = std::chrono::duration<double>(Clock::now() - begin).count())
      steps += StepAll();
    // Checks the answer: what was drawn must agree with the probabilities it was drawn from.
    const double mean = expected_ / static_cast<double>(steps_);
    LERL_CHECK(mean > 0.01 && mean < 0.99);
    LERL_CHECK_LT(std::abs(drawn_ - expected_) / static_cast<double>(steps_), 0.05);
    return static_cast<double>(steps) / elapsed;
  }

 private:
  void StartNext(int slot) {
    env_.Start(slot, static_cast<int32_t>(next_ % kUsers), next_);
    ++next_;
  }

  int64_t StepAll() {
    const auto slate = static_cast<size_t>(env_.config().slate_size);
    for (int slot = 0; slot < env_.slots(); ++slot)
      DrawSlate(env_.excluded(slot), rng_,
                std::span(slates_).subspan(static_cast<size_t>(slot) * slate, slate));
    env_.Step(slates_, result_);
    for (int slot = 0; slot < env_.slots(); ++slot) {
      expected_ += static_cast<double>(result_.expected[static_cast<size_t>(slot)]);
      drawn_ += static_cast<double>(result_.rewards[static_cast<size_t>(slot)]);
      if (!env_.active(slot)) StartNext(slot);
    }
    steps_ += env_.slots();
    return env_.slots();
  }

  SessionEnv env_;
  Rng rng_{1, "bench"};
  std::vector<int32_t> slates_;
  StepResult result_;
  uint64_t next_ = 0;
  int64_t steps_ = 0;
  double expected_ = 0, drawn_ = 0;
};

}  // namespace

std::vector<BenchRow> BenchEnv(const BenchOptions& options) {
  if (options.task == "matrix") return BenchMatrixEnv(options);
  const World world;
  std::vector<BenchRow> rows;
  for (const int slots : {32, 1024}) {
    Sessions sessions(world, slots);
    BenchRow row = Measure("env/whole-session/" + std::to_string(slots), "user-steps/s", kBar,
                           options.repeats, [&] { return sessions.Rate(options.seconds); });
    row.note = "slate 6, history 100, width 64; KuaiSim: 191 user-steps/s at batch 32";
    rows.push_back(row);
  }
  return rows;
}

}  // namespace lerl
