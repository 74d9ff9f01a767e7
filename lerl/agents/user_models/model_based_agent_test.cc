#include "lerl/agents/user_models/model_based_agent.h"

#include <gtest/gtest.h>

#include "lerl/agents/ppo_agent.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

// An agent that counts what is asked of its model, in which the reward of a step is the number of
// items shown before it.
class ModelBasedAgentTestCounting : public ModelBasedAgent<PpoAgent> {
 public:
  ModelBasedAgentTestCounting(const AgentContext& context, const ModelBasedConfig& config)
      : ModelBasedAgent(config, "counting", context, BanditLearner(), PpoConfig()) {}

  int fits = 0, slates = 0;

 protected:
  UpdateStats Fit(const TrainingRows& rows) override {
    EXPECT_EQ(rows.users.size(), 240u);
    ++fits;
    return {{"loss", 0.5}};
  }
  void Respond(std::span<const ImaginedSlate> shown, std::span<float> chances,
               std::span<float> rewards) override {
    slates += static_cast<int>(shown.size());
    std::fill(chances.begin(), chances.end(), 0.5f);
    for (size_t n = 0; n < shown.size(); ++n)
      rewards[n] = static_cast<float>(shown[n].before.size());
  }
};

TEST(ModelBasedAgent, FitsOnceAndImaginesBeforeTheFirstSession) {
  Bandit bandit;
  ModelBasedConfig config{.imagine = {.iterations = 3, .sessions = 4, .steps = 5}};
  ModelBasedAgentTestCounting agent(bandit.Context(), config);
  const UpdateStats stats = agent.WarmStart();
  EXPECT_EQ(agent.fits, 1);
  EXPECT_EQ(agent.slates, 3 * 4 * 5);
  EXPECT_EQ(stats.back().first, "imagined_last_reward");
  EXPECT_EQ(stats.back().second, (0 + 2 + 4 + 6 + 8) / 5.0);
  bandit.PlayAndLearn(agent, 1, true);
  EXPECT_EQ(agent.slates, 3 * 4 * 5) << "played sessions count by what users answered";
}

TEST(ModelBasedAgent, JudgesPlayedSessionsByItsModelWhereToldTo) {
  Bandit bandit;
  ModelBasedConfig config{.imagine = {.iterations = 0}, .played_rewards = "model"};
  ModelBasedAgentTestCounting agent(bandit.Context(), config);
  bandit.PlayAndLearn(agent, 1, true);
  bandit.PlayAndLearn(agent, 2, true);
  EXPECT_EQ(agent.fits, 1);
  EXPECT_EQ(agent.slates, 2 * 64 * 3);
}

}  // namespace
}  // namespace lerl
