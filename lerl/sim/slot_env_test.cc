#include "lerl/sim/slot_env.h"

#include <gtest/gtest.h>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

// Ends each session at its second step.
class TwoSteps : public SlotEnv {
 public:
  TwoSteps(const Dataset& data, const Split& split, EnvConfig config)
      : SlotEnv(data, split, std::move(config), 2, 2) {}
  void Start(int slot, int32_t user, uint64_t seed) override { Open(slot, user, seed); }
  void Step(std::span<const int32_t> slates, StepResult& result) override {
    Clear(result);
    const auto k = At(slate_size());
    for (int slot = 0; slot < slots(); ++slot) {
      if (!active(slot)) continue;
      const auto slate = slates.subspan(At(slot) * k, k);
      CheckSlate(slot, slate);
      Close(slot, slate, step(slot) == 1, false, result);
    }
  }
  float budget_left(int) const override { return 1; }
  void OracleRewards(int, std::span<float>) const override {}
};

EnvConfig SlatesOf(int64_t size) {
  EnvConfig config;
  config.slate_size = size;
  return config;
}

TEST(SlotEnv, ExcludesTheHistoryAndWhatItShowed) {
  const Dataset data = HandMadeDataset({{0}, {0}, {1}, {1}, {1}}, 2, {4});
  const Split split = AllIsTraining(data);
  TwoSteps env(data, split, SlatesOf(1));
  env.Start(0, 0, 1);
  EXPECT_EQ(env.Observe(0).items_left, 4);
  EXPECT_EQ(env.Observe(0).excluded[4], 1);
  StepResult result;
  env.Step(std::vector<int32_t>{2, 0}, result);
  EXPECT_EQ(env.Observe(0).items_left, 3);
  EXPECT_EQ(env.Observe(0).excluded[2], 1);
  EXPECT_EQ(env.Observe(0).dominant[1], 1);
  EXPECT_EQ(env.Observe(0).dominant[0], 0);
  EXPECT_THROW(env.Step(std::vector<int32_t>{2, 0}, result), CheckFailure);
  EXPECT_THROW(env.Step(std::vector<int32_t>{4, 0}, result), CheckFailure);
}

TEST(SlotEnv, RefusesThoseWhomTheSplitCloses) {
  const Dataset data = HandMadeDataset({{0}, {0}, {0}}, 1);
  Split split = AllIsTraining(data);
  TwoSteps env(data, split, SlatesOf(1));
  EXPECT_NO_THROW(env.Start(0, 0, 1));
  split.closed.assign(At(data.num_users()), 0);
  EXPECT_NO_THROW(env.Start(0, 0, 1));
  split.closed[0] = 1;
  EXPECT_THROW(env.Start(0, 0, 1), Error);
}

TEST(SlotEnv, ShowsNothingThatIsWithheld) {
  const Dataset data = HandMadeDataset({{0}, {0}, {1}, {1}, {1}}, 2, {4});
  const Split split = AllIsTraining(data);
  TwoSteps env(data, split, SlatesOf(1));
  env.Withhold({});
  env.Start(0, 0, 1);
  EXPECT_EQ(env.Observe(0).items_left, 4);
  // Item 4 stands in the past, and is withheld as well.
  env.Withhold(std::vector<uint8_t>{0, 1, 0, 0, 1});
  env.Start(0, 0, 1);
  EXPECT_EQ(env.Observe(0).items_left, 3);
  EXPECT_EQ(env.Observe(0).excluded[1], 1);
  SessionLog log;
  env.Describe(log);
  EXPECT_EQ(log.never_shown, (std::vector<uint8_t>{0, 1, 0, 0, 1}));
  EXPECT_THROW(env.Withhold(std::vector<uint8_t>{1}), CheckFailure);
}

TEST(SlotEnv, CutsASessionThatRunsOutOfItems) {
  const Dataset data = HandMadeDataset({{0}, {0}, {0}}, 1);
  const Split split = AllIsTraining(data);
  TwoSteps env(data, split, SlatesOf(2));
  env.Start(0, 0, 1);
  StepResult result;
  env.Step(std::vector<int32_t>{0, 1, 0, 0}, result);
  EXPECT_EQ(result.truncated[0], 1);
  EXPECT_EQ(result.terminated[0], 0);
  EXPECT_FALSE(env.Observe(0).active);
}

TEST(SlotEnv, AStoppedSlotIsIdleAndStartsAnew) {
  const Dataset data = HandMadeDataset({{0}, {0}, {0}}, 1);
  const Split split = AllIsTraining(data);
  TwoSteps env(data, split, SlatesOf(1));
  env.Start(1, 0, 1);
  StepResult result;
  env.Step(std::vector<int32_t>{0, 0}, result);
  env.Stop(1);
  EXPECT_FALSE(env.Observe(1).active);
  env.Start(1, 0, 2);
  EXPECT_EQ(env.Observe(1).step, 0);
  EXPECT_EQ(env.Observe(1).items_left, 3);
}

TEST(SlotEnv, RefusesSlatesLargerThanWhatMayBeShown) {
  const Dataset data = HandMadeDataset({{0}, {0}, {0}}, 1, {0});
  const Split split = AllIsTraining(data);
  EXPECT_THROW(TwoSteps(data, split, SlatesOf(4)), Error);
  TwoSteps env(data, split, SlatesOf(3));
  EXPECT_THROW(env.Start(0, 0, 1), Error);
}

}  // namespace
}  // namespace lerl
