#include "lerl/agents/user_models/model_based_agent.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/agents/ppo_agent.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

struct Counts {
  int fits = 0, slates = 0;
};

// Counts what is asked of it. The reward of a step is the number of items shown before it.
class CountingUsers : public UserModel {
 public:
  explicit CountingUsers(Counts& counts) : counts_(counts) {}
  UpdateStats Fit(const TrainingRows& rows, Rng&) override {
    EXPECT_EQ(rows.users.size(), 240u);
    ++counts_.fits;
    return {{"loss", 0.5}};
  }
  void Respond(std::span<const ImaginedSlate> shown, std::span<float> chances,
               std::span<float> rewards) override {
    counts_.slates += static_cast<int>(shown.size());
    std::fill(chances.begin(), chances.end(), 0.5f);
    for (size_t n = 0; n < shown.size(); ++n)
      rewards[n] = static_cast<float>(shown[n].before.size());
  }

 private:
  Counts& counts_;
};

ModelBasedAgent CountingAgent(const AgentContext& context, const ModelBasedConfig& config,
                              Counts& counts) {
  return {context, config,
          std::make_unique<PpoAgent>("counting", context, BanditLearner(), PpoConfig()),
          std::make_unique<CountingUsers>(counts)};
}

TEST(ModelBasedAgent, FindsThePriceFactorsOfTheItemsShown) {
  const std::vector<int32_t> first = {2, 0}, second = {1, 1};
  const std::vector<ImaginedSlate> slates = {{0, {}, first}, {0, {}, second}};
  const std::vector<float> factors = {0.5, 1, 4};
  EXPECT_TRUE(PriceFactorsOf(slates, factors).equal(torch::tensor({{4.0f, 0.5f}, {1.0f, 1.0f}})));
  EXPECT_TRUE(PriceFactorsOf(slates, {}).equal(torch::ones({2, 2})));
}

TEST(ModelBasedAgent, FitsOnceAndImaginesBeforeTheFirstSession) {
  Bandit bandit;
  ModelBasedConfig config{.imagine = {.iterations = 3, .sessions = 4, .steps = 5}};
  Counts counts;
  ModelBasedAgent agent = CountingAgent(bandit.Context(), config, counts);
  const UpdateStats stats = agent.WarmStart();
  EXPECT_EQ(counts.fits, 1);
  EXPECT_EQ(counts.slates, 3 * 4 * 5);
  EXPECT_EQ(stats.back().first, "imagined_last_reward");
  EXPECT_EQ(stats.back().second, (0 + 2 + 4 + 6 + 8) / 5.0);
  bandit.PlayAndLearn(agent, 1, true);
  EXPECT_EQ(counts.slates, 3 * 4 * 5) << "played sessions count by what users answered";
}

TEST(ModelBasedAgent, JudgesPlayedSessionsByItsModelWhereToldTo) {
  Bandit bandit;
  ModelBasedConfig config{.imagine = {.iterations = 0}, .played_rewards = "model"};
  Counts counts;
  ModelBasedAgent agent = CountingAgent(bandit.Context(), config, counts);
  bandit.PlayAndLearn(agent, 1, true);
  bandit.PlayAndLearn(agent, 2, true);
  EXPECT_EQ(counts.fits, 1);
  EXPECT_EQ(counts.slates, 2 * 64 * 3);
}

// The agent after one update on a session that the user left with budget to spare, or on the same
// one cut: its weights.
Arrays AfterOneSession(const std::string& played_rewards, bool left) {
  const Bandit bandit;
  Counts counts;
  ModelBasedAgent agent = CountingAgent(
      bandit.Context(), {.imagine = {.iterations = 0}, .played_rewards = played_rewards}, counts);
  SessionLog log;
  log.Resize(1, 3, 2, 1, agent.action_width());
  log.length[0] = 3;
  log.terminated[0] = left;
  log.truncated[0] = !left;
  log.budget_after[0] = 0.5f;
  log.items = {1, 2, 3, 4, 5, 6};
  log.reward = {1, 0, 1};
  agent.Update(log);
  TensorFile file;
  agent.Save(file);
  return file.arrays;
}

bool SameBytes(const Arrays& a, const Arrays& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.bytes == y.second.bytes;
  });
}

TEST(ModelBasedAgent, WithRewardsOfItsModelDoesNotReadThatTheUserLeft) {
  EXPECT_TRUE(SameBytes(AfterOneSession("model", true), AfterOneSession("model", false)));
  EXPECT_FALSE(
      SameBytes(AfterOneSession("environment", true), AfterOneSession("environment", false)));
}

}  // namespace
}  // namespace lerl
