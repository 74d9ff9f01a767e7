#include "lerl/bench/train_setup.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(TrainSetup, HasTheBarsOfTheTable) {
  EXPECT_EQ(MakeTrainSetup("ppo", TrainWork::kDefault).bar, 10'000);
  EXPECT_EQ(MakeTrainSetup("td3", TrainWork::kDefault).bar, 200 * 14.3);
  EXPECT_EQ(MakeTrainSetup("ddpg", TrainWork::kSameWork).bar, 20 * 14.4);
  EXPECT_EQ(MakeTrainSetup("a2c", TrainWork::kMatrix).bar, 13'580);
  EXPECT_FALSE(MakeTrainSetup("ppo", TrainWork::kSameWork).bar.has_value());
  EXPECT_FALSE(MakeTrainSetup("dqn", TrainWork::kDefault).bar.has_value());
  EXPECT_THROW(MakeTrainSetup("random", TrainWork::kDefault), Error);
}

TEST(TrainSetup, OfTheSameWorkHasThePeersNetworks) {
  for (const char* agent : {"td3", "ddpg", "a2c", "ppo"}) {
    const StateConfig state =
        MakeTrainSetup(agent, TrainWork::kSameWork).config.agent.learner.state;
    EXPECT_EQ(state.transformer.width, 64) << agent;
    EXPECT_EQ(state.transformer.layers, 2) << agent;
    EXPECT_EQ(state.transformer.band, 100) << agent;
    EXPECT_EQ(state.tokens, "item") << agent;
  }
  EXPECT_EQ(MakeTrainSetup("td3", TrainWork::kSameWork).config.agent.td3.replay.passes, 4);
  EXPECT_EQ(MakeTrainSetup("ppo", TrainWork::kSameWork).config.agent.ppo.epochs, 4);
}

TEST(MatrixFlops, OfReinforceByHand) {
  const TrainSetup setup = MakeTrainSetup("reinforce", TrainWork::kMatrix);
  const double embed = 10 * 32, actor = 32 * 64 + 64 * 64 + 64 * 32,
               critic = 32 * 64 + 64 * 64 + 64;
  EXPECT_EQ(MatrixFlops(setup, 300, 10),
            2 * (embed + actor + 32 * 300 + 4 * (embed + actor + critic)));
}

}  // namespace
}  // namespace lerl
