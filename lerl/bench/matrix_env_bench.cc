// The matrix task: 290 users x 300 items, Coat's leave rule, repeats allowed (mode FB), 100
// sessions side by side, random items, on one core. Sessions that end are replaced, so their starts
// are part of the figure.

#include <chrono>
#include <cmath>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/data/sources/coat_like.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/matrix/matrix_env.h"
#include "lerl/sim/matrix/plain_matrix.h"

namespace lerl {
namespace {

constexpr double kMatrixEnvBar = 2'000'000;
constexpr int kSlots = 100;
constexpr int kCheckedSteps = 300;  // sessions compared with the plain reference

EnvConfig MatrixBenchSettings() {
  EnvConfig config;
  config.task = "matrix";
  config.slate_size = 1;
  config.rules = {"distance_window", "max_steps"};
  config.window = 7;
  config.window_distance = 6;
  config.compat_window = true;
  config.max_steps = 30;
  config.exclude_history = false;
  return config;
}

class MatrixSessions {
 public:
  MatrixSessions() {
    for (int slot = 0; slot < kSlots; ++slot) StartNext(slot);
  }

  // Steps per second over at least `seconds`.
  double Rate(double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    int64_t steps = 0;
    double elapsed = 0;
    for (; elapsed < seconds; elapsed = std::chrono::duration<double>(Clock::now() - begin).count())
      for (int i = 0; i < 10; ++i, steps += kSlots) StepAll();
    return static_cast<double>(steps) / elapsed;
  }

  // Rewards, lengths and ends of the next sessions against the plain reference.
  void Check() {
    std::vector<std::vector<std::vector<int32_t>>> shown(kSlots);
    std::vector<std::vector<float>> rewards(kSlots);
    for (int slot = 0; slot < kSlots; ++slot) StartNext(slot);
    for (int ended = 0; ended < kCheckedSteps;) {
      std::vector<int32_t> users;
      for (int slot = 0; slot < kSlots; ++slot) users.push_back(env_.Observe(slot).user);
      StepAll();
      for (size_t slot = 0; slot < kSlots; ++slot) {
        shown[slot].push_back({items_[slot]});
        rewards[slot].push_back(result_.rewards[slot]);
        if (result_.terminated[slot] == 0 && result_.truncated[slot] == 0) continue;
        const ReferenceSession plain =
            PlayReference(coat_.matrix, dataset_, env_.config(), users[slot], shown[slot]);
        LERL_CHECK_EQ(plain.rewards.size(), rewards[slot].size());
        LERL_CHECK_EQ(plain.terminated, result_.terminated[slot] != 0);
        for (size_t t = 0; t < rewards[slot].size(); ++t)
          LERL_CHECK_EQ(plain.rewards[t], static_cast<double>(rewards[slot][t]));
        shown[slot].clear();
        rewards[slot].clear();
        ++ended;
      }
    }
  }

 private:
  void StartNext(int slot) {
    env_.Start(slot, static_cast<int32_t>(next_ % static_cast<uint64_t>(dataset_.num_users())),
               next_);
    ++next_;
  }

  void StepAll() {
    for (int32_t& item : items_)
      item = static_cast<int32_t>(rng_.Below(static_cast<uint64_t>(dataset_.num_items())));
    env_.Step(items_, result_);
    for (int slot = 0; slot < kSlots; ++slot)
      if (!env_.Observe(slot).active) StartNext(slot);
  }

  const CoatLike coat_ = MakeCoatLike();
  const Dataset dataset_ = LoadCoatLike("coat-like", {}, {});
  const Split split_ = MakeSplit(dataset_, {});
  const MatrixTruth truth_{coat_.matrix, dataset_};
  MatrixEnv env_{dataset_, split_, truth_, MatrixBenchSettings(), kSlots};
  Rng rng_{1, "bench"};
  std::vector<int32_t> items_ = std::vector<int32_t>(kSlots);
  StepResult result_;
  uint64_t next_ = 0;
};

}  // namespace

std::vector<BenchRow> BenchMatrixEnv(const BenchOptions& options) {
  MatrixSessions sessions;
  sessions.Check();
  BenchRow row = Measure("env/matrix/100", "steps/s", kMatrixEnvBar, options.repeats,
                         [&] { return sessions.Rate(options.seconds); });
  sessions.Check();
  row.note = "290 x 300, mode FB, N = 7, d = 6";
  row.peer = "EasyRL4Rec";
  row.peer_value = 59'000;
  return {row};
}

}  // namespace lerl
