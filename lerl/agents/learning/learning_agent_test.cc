#include "lerl/agents/learning/learning_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/nn/torch_arrays.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

// Scores are the state's first entries. It owns a network, which its optimiser moves.
class Echo : public LearningAgent {
 public:
  Echo(const AgentContext& context, const StateConfig& state)
      : LearningAgent("echo", context, state) {
    Own("probe", probe.ptr());
    adam = &Optimise("all", probe->parameters(), 0.1);
  }
  torch::nn::Linear probe{2, 1};
  Adam* adam = nullptr;
  using LearningAgent::PlayedBatch;
  using LearningAgent::RefreshTracker;
  using LearningAgent::state_width;
  using LearningAgent::States;
  using LearningAgent::Step;
  using LearningAgent::tokens;

 protected:
  void Decide(const torch::Tensor& states, std::span<const Observation>, bool,
              std::span<float> scores, std::span<float>) override {
    torch::Tensor out = torch::zeros({states.size(0), dataset_.num_items()});
    out.narrow(1, 0, states.size(1)).copy_(states);
    CopyTo(out, scores);
  }
};

struct LearningAgentTestFixture {
  Dataset dataset = MakeSyntheticDataset({});
  Split split = MakeSplit(dataset, {});
  ItemFactors factors = FitItemFactors(dataset, split, {.epochs = 1});
  StateConfig state = TinyLearner().state;
  std::unique_ptr<Echo> Make() const {
    return std::make_unique<Echo>(
        AgentContext{.dataset = dataset, .split = split, .factors = factors, .slate = 3}, state);
  }
};

// What the agent sees in play is what it learns from: the same state, step by step.
TEST(LearningAgent, StatesInPlayAreThoseOfTheBatch) {
  const LearningAgentTestFixture f;
  const auto echo = f.Make();
  const auto categories = At(f.dataset.num_categories());
  SessionLog log;
  log.Resize(1, 3, 3, f.dataset.num_categories(), 0);
  log.user[0] = 4;
  log.length[0] = 3;
  Rng rng(1);
  for (int32_t& item : log.items) item = static_cast<int32_t>(rng.Below(50));
  for (uint32_t& bits : log.responses) bits = static_cast<uint32_t>(rng.Below(2));
  for (uint8_t& in : log.plan) in = static_cast<uint8_t>(rng.Below(2));
  for (float& left : log.budget) left = static_cast<float>(rng.Uniform());
  const torch::Tensor states = echo->States(MakeSessionBatch(echo->tokens(), log)).detach();
  echo->Prepare(2);
  echo->Start(1, 4);
  for (int t = 0; t < 3; ++t) {
    const size_t cell = log.Cell(0, t);
    const Observation seen{.slot = 1,
                           .budget_left = log.budget[cell],
                           .plan = {log.plan.data() + cell * categories, categories},
                           .dominant = {log.dominant.data() + cell * categories, categories}};
    std::vector<float> scores(At(f.dataset.num_items()));
    echo->Act({&seen, 1}, false, scores, {});
    for (int64_t d = 0; d < echo->state_width(); ++d)
      EXPECT_NEAR(scores[At(d)], states[0][t][d].item<float>(), 1e-4);
    const Shown shown{1, {log.items.data() + cell * 3, 3}, {log.responses.data() + cell * 3, 3}};
    echo->Observe({&shown, 1});
  }
}

TEST(LearningAgent, SwitchesTakePartsOfTheContextOut) {
  LearningAgentTestFixture f;
  f.state.use_dominant = false;
  const auto echo = f.Make();
  SessionLog log;
  log.Resize(1, 1, 3, f.dataset.num_categories(), 0);
  log.length[0] = 1;
  const auto state = [&] { return echo->States(MakeSessionBatch(echo->tokens(), log))[0][0]; };
  const torch::Tensor before = state();
  log.dominant[1] = 1;
  EXPECT_TRUE(torch::equal(before, state()));
  log.plan[1] = 1;
  EXPECT_FALSE(torch::equal(before, state()));
}

std::string MessageOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    return error.what();
  }
  return "";
}

TEST(LearningAgent, StopsAtALossThatIsNotFinite) {
  const LearningAgentTestFixture f;
  const auto echo = f.Make();
  const torch::Tensor weight = echo->probe->weight.detach().clone();
  const auto step = [&](double factor) {
    echo->Step(*echo->adam, factor * echo->probe(torch::ones({1, 2})).sum(), 1);
  };
  EXPECT_THAT(MessageOf([&] { step(std::numeric_limits<double>::infinity()); }),
              testing::StartsWith("agent 'echo' diverged: the loss of optimiser 'all' is not"));
  EXPECT_TRUE(torch::equal(weight, echo->probe->weight));
  EXPECT_EQ(MessageOf([&] { step(1); }), "");
}

// The square root has an infinite slope at 0.
TEST(LearningAgent, StopsAtAGradientThatIsNotFiniteAndNamesTheTensor) {
  const LearningAgentTestFixture f;
  const auto echo = f.Make();
  {
    const torch::NoGradGuard no_grad;
    echo->probe->bias.zero_();
  }
  EXPECT_THAT(MessageOf([&] {
                echo->Step(*echo->adam, echo->probe->bias.sqrt().sum() + echo->probe->weight.sum(),
                           1);
              }),
              testing::StartsWith("agent 'echo' diverged: the gradient of probe.bias is not"));
  EXPECT_EQ(echo->probe->bias.item<float>(), 0);
}

TEST(LearningAgent, StopsAtParametersThatAreNotFiniteAndNamesThem) {
  const LearningAgentTestFixture f;
  const auto echo = f.Make();
  echo->RefreshTracker();
  const torch::NoGradGuard no_grad;
  echo->probe->weight[0][1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(MessageOf([&] { echo->RefreshTracker(); }),
              testing::StartsWith("agent 'echo' diverged: parameters of probe.weight are not"));
}

TEST(LearningAgent, BootstrapsAtALimitOnlyWhereItDoesNotSeeTheBudget) {
  LearningAgentTestFixture f;
  SessionLog log;
  log.Resize(1, 1, 3, f.dataset.num_categories(), 0);
  log.length[0] = log.truncated[0] = 1;
  log.budget_after[0] = 0;
  EXPECT_EQ(f.Make()->PlayedBatch(log).goes_on.item<float>(), 0);
  f.state.use_budget = false;
  EXPECT_EQ(f.Make()->PlayedBatch(log).goes_on.item<float>(), 1);
}

TEST(LearningAgent, SilencedColumnsHaveNoInfluence) {
  Mlp mlp(5, 4, 2);
  SilenceContext(mlp, 3);
  const torch::NoGradGuard no_grad;
  torch::Tensor x = torch::ones({1, 5});
  const torch::Tensor before = mlp->forward(x);
  x.narrow(1, 3, 2).fill_(9);
  EXPECT_TRUE(torch::equal(before, mlp->forward(x)));
}

}  // namespace
}  // namespace lerl
