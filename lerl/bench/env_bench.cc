// The environment with a learned response model of KuaiSim's size: whole sessions, full histories,
// distinct users, random slates, drawn responses, on one core. Sessions that end are replaced, so
// the encoding of a new user's history is part of the figure. Weights are random: training would
// not change the work.

#include <algorithm>
#include <chrono>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/session_check.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/response/transformer_response.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

constexpr double kEnvBar = 19'000, kKuaiSimEnv = 191;
constexpr int64_t kBehaviours = 7;
constexpr int kChecked = 2;  // sessions compared with the plain reference

struct Sizes {
  int64_t users = 2048, items = 9000, history = 100, slate = 6;
};

// Everything that the environment is made of.
struct GeneratedUsers {
  const Sizes sizes;
  Dataset dataset;
  Split split;
  std::shared_ptr<ResponseModel> model;
  std::vector<float> vectors;

  explicit GeneratedUsers(const Sizes& s)
      : sizes(s),
        dataset(MakeSyntheticDataset({.users = s.users,
                                      .items = s.items,
                                      .categories = 30,
                                      .behaviours = kBehaviours,
                                      .rows_per_user = s.history + 30,
                                      .seed = 1})) {
    for (int64_t user = 0; user < s.users; ++user) {  // full histories
      split.train_end.push_back(dataset.RowsEnd(user));
      split.valid_end.push_back(dataset.RowsEnd(user));
      LERL_CHECK_GE(dataset.RowsEnd(user) - dataset.RowsBegin(user), s.history);
    }
    model = RandomTransformerResponse(
        {.width = 64, .layers = 2, .heads = 4, .feed_forward = 64, .band = s.history},
        static_cast<int>(s.users), static_cast<int>(s.items), kBehaviours, 1);
    constexpr size_t kWidth = 16;
    Rng rng(1, "bench vectors");
    for (int64_t item = 0; item < s.items; ++item) {
      float vector[kWidth], squares = 0;
      for (float& x : vector) x = static_cast<float>(rng.Normal()), squares += x * x;
      for (const float x : vector) vectors.push_back(x / std::sqrt(squares));
    }
  }

  EnvConfig Settings() const {
    EnvConfig config;
    config.slate_size = sizes.slate;
    config.history = sizes.history;
    return config;
  }
};

// K different items that may be shown.
void DrawSlate(std::span<const uint8_t> excluded, Rng& rng, std::span<int32_t> slate) {
  for (size_t k = 0; k < slate.size();) {
    const auto item = static_cast<int32_t>(rng.Below(excluded.size()));
    bool taken = excluded[At(item)] != 0;
    for (size_t j = 0; j < k; ++j) taken |= slate[j] == item;
    if (!taken) slate[k++] = item;
  }
}

class Sessions {
 public:
  Sessions(const GeneratedUsers& world, int slots)
      : world_(world),
        env_(world.dataset, world.split, *world.model, world.vectors, world.Settings(), slots, 1),
        slates_(At(slots * env_.config().slate_size)) {
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

  // Rewards and lengths of the next sessions in the first slots against the plain reference.
  void Check() {
    SessionLog log;
    log.Resize(kChecked, env_.longest_session(), env_.slate_size(), world_.dataset.num_categories(),
               0);
    const auto slate = At(env_.slate_size());
    for (int slot = 0; slot < kChecked; ++slot) {
      log.user[At(slot)] = static_cast<int32_t>(next_ % static_cast<uint64_t>(world_.sizes.users));
      log.seed[At(slot)] = next_;
      StartNext(slot);
    }
    for (bool playing = true; playing;) {
      std::vector<uint64_t> running;
      for (int slot = 0; slot < kChecked; ++slot)
        running.push_back(env_.Observe(slot).step == log.length[At(slot)]);
      StepAll();
      playing = false;
      for (size_t s = 0; s < kChecked; ++s) {
        if (running[s] == 0) continue;  // its place was taken by the next session
        const size_t cell = log.Cell(static_cast<int64_t>(s), log.length[s]++);
        std::copy_n(&slates_[s * slate], slate, &log.items[cell * slate]);
        std::copy_n(&result_.responses[s * slate], slate, &log.responses[cell * slate]);
        log.reward[cell] = result_.rewards[s];
        log.expected[cell] = result_.expected[s];
        playing |= result_.terminated[s] == 0 && result_.truncated[s] == 0;
      }
    }
    CheckSessions(world_.dataset, world_.split, *world_.model, world_.vectors, env_.config(), log,
                  kChecked);
  }

 private:
  void StartNext(int slot) {
    env_.Start(slot, static_cast<int32_t>(next_ % static_cast<uint64_t>(world_.sizes.users)),
               next_);
    ++next_;
  }

  int64_t StepAll() {
    const auto slate = At(env_.config().slate_size);
    for (int slot = 0; slot < env_.slots(); ++slot)
      DrawSlate(env_.Observe(slot).excluded, rng_,
                std::span(slates_).subspan(At(slot) * slate, slate));
    env_.Step(slates_, result_);
    for (int slot = 0; slot < env_.slots(); ++slot) {
      expected_ += static_cast<double>(result_.expected[At(slot)]);
      drawn_ += static_cast<double>(result_.rewards[At(slot)]);
      if (!env_.Observe(slot).active) StartNext(slot);
    }
    steps_ += env_.slots();
    return env_.slots();
  }

  const GeneratedUsers& world_;
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
  const GeneratedUsers world{Sizes{}};
  std::vector<BenchRow> rows;
  for (const int slots : {32, 1024}) {
    Sessions sessions(world, slots);
    sessions.Check();
    BenchRow row = Measure("env/whole-session/" + std::to_string(slots), "user-steps/s", kEnvBar,
                           options.repeats, [&] { return sessions.Rate(options.seconds); });
    sessions.Check();
    row.note = "slate 6, history 100, width 64, 7 behaviours, 9,000 items";
    row.peer = "KuaiSim";
    row.peer_value = kKuaiSimEnv;
    rows.push_back(row);
  }
  return rows;
}

// What a step costs as one size grows and the others stay.
std::vector<BenchRow> BenchGrowth(const BenchOptions& options) {
  struct Axis {
    const char* name;
    int64_t Sizes::*size;
    std::vector<int64_t> values;
  };
  const Axis axes[] = {{"users", &Sizes::users, {256, 1024, 4096, 16384}},
                       {"items", &Sizes::items, {1000, 3000, 9000, 27000}},
                       {"history", &Sizes::history, {25, 50, 100, 200, 400}},
                       {"slate", &Sizes::slate, {1, 3, 6, 12, 24}}};
  std::vector<BenchRow> rows;
  for (const Axis& axis : axes) {
    for (const int64_t value : axis.values) {
      Sizes sizes;
      sizes.*axis.size = value;
      const GeneratedUsers world(sizes);
      Sessions sessions(world, 32);
      rows.push_back(Measure(std::string("growth/") + axis.name + "/" + std::to_string(value),
                             "user-steps/s", std::nullopt, std::min(options.repeats, 3),
                             [&] { return sessions.Rate(0.5); }));
    }
  }
  return rows;
}

}  // namespace lerl
