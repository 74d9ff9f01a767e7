#include "lerl/agents/learning/actor_critic_agent.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"
#include "lerl/testing/thread_ranks.h"

namespace lerl {
namespace {

class Bare : public ActorCriticAgent {
 public:
  Bare(const AgentContext& context, const ActorCriticConfig& config)
      : ActorCriticAgent("bare", context, BanditLearner(), config) {}
  using ActorCriticAgent::ComputeTargets;
  using ActorCriticAgent::ForMinibatches;
  using ActorCriticAgent::Forward;
  using ActorCriticAgent::OwnRows;
  using ActorCriticAgent::WholeTargets;
  using ActorCriticAgent::WholeValid;
  UpdateStats LearnFrom(const SessionBatch&) override { return {}; }
};

SessionLog ThreeSessions(int64_t action_width) {
  SessionLog log;
  log.Resize(3, 4, 2, 1, action_width);
  log.user = {1, 2, 3};
  log.length = {1, 4, 2};
  log.terminated = {1, 0, 1};
  for (size_t i = 0; i < log.reward.size(); ++i) log.reward[i] = static_cast<float>(i);
  return log;
}

TEST(ActorCriticAgent, ReturnsEndAtALeaverAndBootstrapAtACut) {
  const Bandit bandit;
  Bare agent(bandit.Context(), {.gamma = 0.5, .lambda = 1});
  const SessionLog log = ThreeSessions(agent.action_width());
  const SessionBatch batch = agent.MakeBatch(log);
  const auto targets = agent.ComputeTargets(batch);
  EXPECT_NEAR(targets.returns[0][0].item<float>(), 0, 1e-5);
  EXPECT_NEAR(targets.returns[2][1].item<float>(), 9, 1e-5);
  EXPECT_NEAR(targets.returns[2][0].item<float>(), 8 + 0.5 * 9, 1e-5);
  const float next = agent.Forward(batch).value[1][4].item<float>();
  EXPECT_NEAR(targets.returns[1][3].item<float>(), 7 + 0.5f * next, 1e-5);
}

TEST(ActorCriticAgent, MayStartFromOrthogonalWeights) {
  const Bandit bandit;
  for (const std::string init : {"default", "orthogonal"}) {
    const Bare agent(bandit.Context(), {.init = init});
    TensorFile file;
    agent.Save(file);
    for (const char* network : {"agent.actor.actor.", "agent.critic."}) {
      const Array& array = file.at(std::string(network) + "2.weight");
      const torch::Tensor weight =
          torch::tensor(array.Values<float>()).view({array.shape[0], array.shape[1]});
      const bool orthogonal =
          torch::allclose(weight.matmul(weight.t()), 2 * torch::eye(weight.size(0)), 1e-4, 1e-5);
      EXPECT_EQ(orthogonal, init == "orthogonal") << network;
    }
  }
}

TEST(ActorCriticAgent, MinibatchesHoldEverySessionOnce) {
  const Bandit bandit;
  Bare agent(bandit.Context(), {.minibatch = 2});
  const SessionBatch batch = agent.MakeBatch(ThreeSessions(agent.action_width()));
  double seen = 0;
  int parts = 0;
  agent.ForMinibatches(batch, [&](const torch::Tensor& rows, const SessionBatch& part) {
    EXPECT_EQ(rows.size(0), part.sessions());
    seen += part.valid.sum().item<double>();
    ++parts;
  });
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(parts, 2);
}

TEST(ActorCriticAgent, RanksHaveEveryStepOfAMinibatchOnceAmongThem) {
  const Bandit bandit;
  ThreadRanks::Run(3, [&](Ranks& ranks) {
    AgentContext context = bandit.Context();
    context.ranks = &ranks;
    Bare agent(context, {.minibatch = 2});
    const SessionBatch batch = agent.MakeBatch(ThreeSessions(agent.action_width()));
    const auto targets = agent.ComputeTargets(batch);
    double own = 0, whole = 0;
    int parts = 0;
    agent.ForMinibatches(batch, [&](const torch::Tensor& rows, const SessionBatch& part) {
      EXPECT_EQ(rows.size(0), 1);  // a rank without a session has one that does not count
      EXPECT_TRUE(agent.OwnRows(agent.WholeTargets(targets).returns, part.steps())
                      .equal(targets.Of(rows, part.steps()).returns));
      own += part.valid.sum().item<double>();
      whole += agent.WholeValid().sum().item<double>();
      ++parts;
    });
    double sum[] = {own};
    ranks.Sum(std::span<double>(sum));
    EXPECT_EQ(sum[0], 7);
    EXPECT_EQ(whole, 7);
    EXPECT_EQ(parts, 2);
  });
}

TEST(ActorCriticAgent, RanksShareTheTargetsThatOneProcessComputes) {
  const Bandit bandit;
  Bare alone(bandit.Context(), {.gamma = 0.5, .minibatch = 2});
  const SessionLog log = ThreeSessions(alone.action_width());
  const SessionBatch batch = alone.MakeBatch(log);
  const auto expected = alone.ComputeTargets(batch);
  ThreadRanks::Run(2, [&](Ranks& ranks) {
    AgentContext context = bandit.Context();
    context.ranks = &ranks;
    Bare agent(context, {.gamma = 0.5, .minibatch = 2});
    const auto targets = agent.ComputeTargets(agent.MakeBatch(log));
    const auto expect_same = [&](const torch::Tensor& own, const torch::Tensor& one) {
      EXPECT_TRUE(torch::allclose(own * batch.valid, one * batch.valid, 1e-6, 1e-6));
    };
    expect_same(targets.returns, expected.returns);
    expect_same(targets.advantage, expected.advantage);
    expect_same(targets.value, expected.value);
    expect_same(targets.log_density, expected.log_density);
    EXPECT_NEAR(targets.mean_value, expected.mean_value, 1e-6);
  });
}

}  // namespace
}  // namespace lerl
