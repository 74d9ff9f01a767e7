#include "lerl/agents/learning/replay_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/testing/agent_settings.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/small_sessions.h"

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
  ReplayAgentTestCounting squared(bandit.Context(), TinyLearner(), config);
  EXPECT_NEAR(squared.CriticError(values, targets, valid).item<double>(), (0.25 + 9) / 2, 1e-6);
  config.huber = 1;
  ReplayAgentTestCounting huber(bandit.Context(), TinyLearner(), config);
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

// A learner whose critics are wrong by each step's reward: one of them by that, one by three times
// that. It keeps the loss of the last step.
class ReplayAgentTestWrong : public ReplayAgentTestCounting {
 public:
  using ReplayAgentTestCounting::ReplayAgentTestCounting;
  double loss = 0;

 protected:
  UpdateStats Learn(const SessionBatch& batch) override {
    const torch::Tensor zero = torch::zeros_like(batch.rewards);
    loss = CriticError(batch.rewards, zero, batch.valid).item<double>();
    const torch::Tensor more = (3 * batch.rewards).unsqueeze(-1).expand({-1, -1, 2});
    CriticError(more, torch::zeros_like(more), batch.valid);
    return {{"loss", loss}};
  }
};

// Two sessions that are cut to 1 and 2 of 2 steps, with the given rewards.
SessionLog CutSessions(float first, float second, float third) {
  SessionLog log;
  log.Resize(2, 2, 2, 1, 0);
  log.allow_repeats = true;
  log.exclude_history = false;
  log.length = {1, 2};
  log.truncated = {1, 1};
  log.plan.assign(log.plan.size(), 1);
  log.reward = {first, 0, second, third};
  return log;
}

std::vector<double> PrioritiesOf(const Agent& agent) {
  TensorFile file;
  agent.Save(file);
  return file.at("agent.replay.priorities").Values<double>();
}

TEST(ReplayAgent, WritesBackHowWrongItsCriticsWere) {
  const Bandit bandit;
  ReplayConfig config{.sessions = 2, .minibatch = 64, .passes = 32};  // one step that meets both
  config.priority_exponent = 0.5;
  config.priority_floor = 0.125;
  ReplayAgentTestWrong agent(bandit.Context(), TinyLearner(), config);
  agent.Update(CutSessions(4, 1, 0.5));
  // The mean over critics and steps of |error|: 2 x 4, and 2 x 3/4; the floor comes on top.
  EXPECT_EQ(PrioritiesOf(agent), (std::vector<double>{8.125, 1.625}));
  // Both had the priority 1 when they were drawn, so both counted alike: 32 draws each.
  EXPECT_NEAR(agent.loss, (16 + 1 + 0.25) / 3, 1e-5);
}

// Two steps of 60 draws. The first gives the priorities 2 x 4 and 2 x 2, so chances of 2/3 and 1/3:
// in the second step 40 draws are the first session, which counts (1/2)^beta.
TEST(ReplayAgent, WeighsErrorsByHowUnevenTheDrawsAre) {
  const Bandit bandit;
  ReplayConfig config{.sessions = 2, .minibatch = 60, .passes = 60};
  config.priority_exponent = 1;
  config.priority_floor = 1e-6;
  config.importance_exponent = 0.5;
  for (const double progress : {0.0, 0.5, 1.0}) {
    ReplayAgentTestWrong agent(bandit.Context(), TinyLearner(), config);
    agent.SetProgress(progress);
    agent.Update(CutSessions(4, 2.5, 1.5));
    const double weight = std::pow(0.5, 0.5 + 0.5 * progress);
    EXPECT_NEAR(agent.loss, (40 * weight * 16 + 20 * (6.25 + 2.25)) / 80, 1e-4) << progress;
  }
}

// A run of four iterations in the order of the trainer, which is stored and loaded after the first
// `stored` of them; what the agent said, bit by bit, and its last checkpoint.
std::string RunWithAStop(const AgentConfig& config, int stored) {
  const SmallSessions world;
  auto agent = MakeAgent(config, world.Context(world.factors));
  std::string said;
  for (int i = 0; i < 4; ++i) {
    if (i == stored) {
      TensorFile file;
      agent->Save(file);
      agent = MakeAgent(config, world.Context(world.factors, /*seed=*/99));
      agent->Load(file);
    }
    const SessionLog log = world.Play(*agent, 8, static_cast<uint64_t>(i), /*explore=*/true, &said);
    agent->SetProgress(i / 4.0);
    agent->Update(log);
  }
  TensorFile file;
  agent->Save(file);
  for (const auto& [name, array] : file.arrays)
    said +=
        name + HashText({reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size()});
  return said;
}

TEST(ReplayAgent, GoesOnAlikeFromItsPrioritiesAndItsExploration) {
  for (const std::string name : {"dqn", "dnair", "ddpg", "td3", "hac", "sac4ir"}) {
    AgentConfig config = SmallAgent(name);
    std::vector<std::string> sets = {name + ".priority_exponent=0.6", name + ".n_step=3"};
    if (name != "sac4ir") sets.push_back(name + ".explore_schedule=linear");
    if (name == "dqn" || name == "dnair") sets.push_back(name + ".epsilon=0.9");
    ConfigSource::FromText("", "the test", sets).Read(config);
    const std::string unbroken = RunWithAStop(config, -1);
    EXPECT_EQ(RunWithAStop(config, 2), unbroken) << name;
    EXPECT_EQ(RunWithAStop(config, 3), unbroken) << name;
  }
}

}  // namespace
}  // namespace lerl
