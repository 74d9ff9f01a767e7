#include "lerl/agents/learning/replay_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

// A learner whose every step reports its number, and the even ones report it as "even" too.
class ReplayAgentTestCounting : public ReplayAgent {
 public:
  ReplayAgentTestCounting(const AgentContext& context, const LearnerConfig& learner,
                          const ReplayConfig& config)
      : ReplayAgent("counting", context, learner, config, /*masked=*/true) {}

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

}  // namespace
}  // namespace lerl
