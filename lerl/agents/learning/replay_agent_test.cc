#include "lerl/agents/learning/replay_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

// A learner whose every step reports its number, and the even ones report it as "even" too.
class ReplayAgentTestCounting : public ReplayAgent {
 public:
  ReplayAgentTestCounting(const AgentContext& context, const LearnerConfig& learner,
                          const ReplayConfig& config)
      : ReplayAgent("counting", context, learner, config, /*masked=*/true) {}

  using ReplayAgent::CriticError;

 protected:
  void Decide(const torch::Tensor&, std::span<const Observation>, bool, std::span<float> scores,
              std::span<float>) override {
    std::fill(scores.begin(), scores.end(), 0.0f);
  }
  UpdateStats Learn(const SessionBatch& batch) override {
    ++steps_;
    UpdateStats stats = {{"step", steps_}, {"sessions", static_cast<double>(batch.sessions())}};
    if (batch.allowed.defined()) stats.emplace_back("masked", 1);
    if (static_cast<int>(steps_) % 2 == 0) stats.emplace_back("even", steps_);
    return stats;
  }

 private:
  double steps_ = 0;
};

TEST(ReplayAgent, PassesOverTheSessionsAndReportsMeansByName) {
  Bandit bandit;
  ReplayConfig config;
  config.minibatch = 16;
  config.passes = 1;  // 64 sessions: 4 steps
  ReplayAgentTestCounting agent(bandit.Context(), TinyLearner(), config);
  EXPECT_THAT(bandit.LastStats(agent, 1),
              ::testing::ElementsAre(std::pair("step", 2.5), std::pair("sessions", 16.0),
                                     std::pair("masked", 1.0), std::pair("even", 3.0)));
}

TEST(ReplayAgent, WarmStartTakesItsStepsOnTheLogs) {
  Bandit bandit;
  ReplayAgentTestCounting agent(bandit.Context(), TinyLearner(), {});
  const UpdateStats stats = agent.WarmStart();
  EXPECT_THAT(stats, ::testing::ElementsAre(std::pair("warm_start_first_loss", 1.0),
                                            std::pair("warm_start_last_loss", 2.0)));
}

TEST(ReplayAgent, LearnsOnlyOnceItsReplayHoldsEnough) {
  Bandit bandit;
  ReplayConfig config;
  config.learning_starts = 100;  // an iteration has 64 sessions
  ReplayAgentTestCounting agent(bandit.Context(), TinyLearner(), config);
  EXPECT_TRUE(bandit.LastStats(agent, 1).empty());
  EXPECT_FALSE(bandit.LastStats(agent, 2).empty());
  config.sessions = 99;
  EXPECT_THROW(ReplayAgentTestCounting(bandit.Context(), TinyLearner(), config), Error);
}

TEST(ReplayAgent, ErrorsBeyondHubersBoundCountByTheirSize) {
  const Bandit bandit;
  const torch::Tensor values = torch::tensor({{0.5f, -3.0f, 9.0f}}).requires_grad_(),
                      targets = torch::zeros({1, 3}), valid = torch::tensor({{1.0f, 1.0f, 0.0f}});
  ReplayConfig config;
  const ReplayAgentTestCounting squared(bandit.Context(), TinyLearner(), config);
  EXPECT_NEAR(squared.CriticError(values, targets, valid).item<double>(), (0.25 + 9) / 2, 1e-6);
  config.huber = 1;
  const ReplayAgentTestCounting huber(bandit.Context(), TinyLearner(), config);
  const torch::Tensor loss = huber.CriticError(values, targets, valid);
  EXPECT_NEAR(loss.item<double>(), (0.25 + 1 * (2 * 3 - 1)) / 2, 1e-6);
  loss.backward();  // 2 e within the bound, 2 d beyond it
  EXPECT_TRUE(torch::allclose(values.grad(), torch::tensor({{0.5f, -1.0f, 0.0f}})));
  // Over the items of slates, the mean.
  EXPECT_NEAR(
      huber.CriticError(values.unsqueeze(-1).expand({1, 3, 2}), torch::zeros({1, 3, 2}), valid)
          .item<double>(),
      loss.item<double>(), 1e-6);
}

}  // namespace
}  // namespace lerl
