#include "lerl/agents/slate_learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/agents/learning/policy_head.h"
#include "lerl/agents/learning/slate_loss.h"
#include "lerl/agents/learning/slate_policy.h"
#include "lerl/agents/registry.h"
#include "lerl/base/index.h"
#include "lerl/testing/agent_settings.h"
#include "lerl/testing/small_sessions.h"

namespace lerl {
namespace {

// An agent whose scores of three items are its parameters, in every state.
class ThreeScores : public Agent, public SlatePolicy {
 public:
  ThreeScores() { scores_.set_requires_grad(true); }
  std::string name() const override { return "three scores"; }
  void Prepare(int) override {}
  void Start(int, int32_t) override {}
  void Act(std::span<const Observation>, bool, std::span<float>, std::span<float>) override {}
  void Observe(std::span<const Shown>) override {}
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}

  SessionBatch SlateBatch(const SessionLog& log) const override {
    SessionBatch batch;
    batch.tokens = torch::zeros({log.sessions, 1, 1});
    batch.valid = torch::ones({log.sessions, log.max_steps});
    return batch;
  }
  SlateScores ScoreSlates(const SessionBatch& batch) override {
    return {scores_.expand({batch.sessions(), batch.steps(), 3})};
  }
  std::vector<torch::Tensor> SlateParameters() override { return {scores_}; }
  void SlateParametersMoved() override {}

  torch::Tensor LogProbability(int32_t item) const {
    const torch::Tensor l =
        SlateLogits(scores_.unsqueeze(0), torch::ones({1, 3}, torch::kBool), torch::tensor({0.5f}));
    return PlackettLuce(l, torch::tensor({{item}}, torch::kInt64)).log_density[0];
  }
  std::vector<double> Gradient() const {
    std::vector<double> gradient;
    for (int i = 0; i < 3; ++i) gradient.push_back(scores_.grad()[i].item<double>());
    return gradient;
  }

  torch::Tensor scores_ = torch::tensor({2.0f, 1.0f, -3.0f});
};

// A session of one slate of one item, whose logged probability is that of the agent over `ratio`.
SlateHistory OneItem(const ThreeScores& agent, int32_t item, double returns, double ratio = 1) {
  DrawnStep drawn{.plan = {1}, .dominant = {0}, .candidates = {true, true, true}};
  drawn.log_probabilities = {agent.LogProbability(item).item<double>() - std::log(ratio)};
  drawn.temperature = 0.5;
  drawn.rewards = {returns};
  drawn.returns = returns;
  return {.user = 0, .slates = {{{item}, {0}}}, .drawn = {drawn}};
}

// Item 0 earned 1 and item 2 nothing, so that A = +-1 and at rho = 1
//   dL / ds = -1/2 d (log p_0 - log p_2) / ds = -1/2 d (z_0 - z_2) / ds / tau
// With s = (2, 1, -3): sd = sqrt(14 / 3), z_0 - z_2 = 5 / sd, d sd / ds_j = s_j / (3 sd), so that
//   d (z_0 - z_2) / ds = (1 - 10 / 14, -5 / 14, -1 + 15 / 14) / sd
TEST(SlateLearner, FollowsTheGradientOfTheLoggedSlates) {
  ThreeScores agent, start;
  const std::vector<SlateHistory> slates = {OneItem(agent, 0, 1), OneItem(agent, 2, 0)};
  SlateLearner learner(agent, start, slates, {.max_gradient = 100}, 1);
  const UpdateStats stats = learner.Epoch();
  const double scale = -0.5 / std::sqrt(14.0 / 3) / 0.5;
  EXPECT_THAT(agent.Gradient(), testing::ElementsAre(testing::DoubleNear(scale * 4 / 14, 1e-5),
                                                     testing::DoubleNear(-scale * 5 / 14, 1e-5),
                                                     testing::DoubleNear(scale * 1 / 14, 1e-5)));
  // The first step of Adam is as long as its rate.
  EXPECT_NEAR(agent.scores_[0].item<double>(), 2.001, 1e-5);
  EXPECT_EQ(stats[1], (std::pair<std::string, double>("clipped", 0)));
}

// At rho = 2 a slate of A > 0 is clipped and has no gradient; one of A < 0 has twice its own.
TEST(SlateLearner, ClipsTheRatioToTheLoggedProbability) {
  ThreeScores agent, start;
  const std::vector<SlateHistory> slates = {OneItem(agent, 0, 1, 2), OneItem(agent, 2, 0, 2)};
  torch::Tensor expected = agent.LogProbability(2);
  expected.backward();  // dL / ds = 1/2 * 2 * d log p_2 / ds
  const std::vector<double> gradient = agent.Gradient();
  SlateLearner learner(agent, start, slates, {.max_gradient = 100}, 1);
  EXPECT_EQ(learner.Epoch()[1].second, 1);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(agent.Gradient()[i], gradient[i], 1e-5);
}

TEST(SlateLearner, ADivergenceThatCountsPullsBackToTheStart) {
  ThreeScores agent, start;
  const std::vector<SlateHistory> slates = {OneItem(start, 0, 1), OneItem(start, 1, 1)};
  agent.scores_.data().copy_(torch::tensor({1.0f, 2.0f, -3.0f}));
  const auto divergence = [&] {
    double sum = 0;
    VisitSlates(agent, start, slates, [&sum](const SlateView& view) { sum += view.kl; });
    return sum;
  };
  const double before = divergence();
  SlateLearner learner(agent, start, slates, {.learning_rate = 0.05, .kl_weight = 1}, 1);
  for (int n = 0; n < 20; ++n) learner.Epoch();
  EXPECT_LT(divergence(), before / 4);
}

// The scores of learning are those of play, for every agent that can learn: what it shows is what
// learning believes that it shows.
TEST(SlateLearner, SeesTheScoresThatAgentsAct) {
  const SmallSessions small;
  for (const std::string& name : AgentsThatLearnFromSlates()) {
    const auto agent = MakeAgent(SmallAgent(name), small.Context(small.factors));
    agent->WarmStart();
    SlateHistory history{.user = 3, .slates = {{{1, 2, 3}, {1, 0, 1}}, {{4, 5, 6}, {0, 0, 0}}}};
    DrawnStep drawn{.place = 1, .plan = {1, 0, 1, 1, 0}, .dominant = {0, 1, 0, 0, 0}};
    drawn.budget_left = 0.5f;
    drawn.candidates.assign(At(small.dataset.num_items()), true);
    drawn.log_probabilities = drawn.rewards = {0, 0, 0};
    history.drawn.push_back(drawn);
    // In play: the same session as far as the slate.
    agent->Prepare(1);
    agent->Start(0, 3);
    const Shown shown{0, history.slates[0].items, history.slates[0].responses};
    agent->Observe({&shown, 1});
    const Observation seen{
        .step = 1, .user = 3, .budget_left = 0.5f, .plan = drawn.plan, .dominant = drawn.dominant};
    std::vector<float> scores(drawn.candidates.size()), action(At(agent->action_width()));
    agent->Act({&seen, 1}, /*explore=*/false, scores, action);
    int views = 0;
    VisitSlates(*agent, *agent, {&history, 1}, [&](const SlateView& view) {
      ++views;
      EXPECT_NEAR(view.kl, 0, 1e-5);
      for (size_t i = 0; i < scores.size(); ++i)
        EXPECT_NEAR(view.scores[i], scores[i], 1e-4) << name;
    });
    EXPECT_EQ(views, 1);
  }
}

TEST(SlateLearner, NamesTheAgentsThatCanLearn) {
  const SmallSessions small;
  Names able;
  for (const AgentRow& row : AgentRows())
    if (LearnsFromSlates(
            *MakeAgent(SmallAgent(std::string(row.name)), small.Context(small.factors))))
      able.emplace_back(row.name);
  EXPECT_THAT(AgentsThatLearnFromSlates(), testing::UnorderedElementsAreArray(able));
}

}  // namespace
}  // namespace lerl
