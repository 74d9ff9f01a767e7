#include "lerl/agents/learning/item_values.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/agents/registry.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

TEST(ItemValues, AreTheStatesValuePlusAProductOfVectorsPlusABias) {
  const torch::Tensor items = torch::tensor({{1.0f, 0.0f}, {0.0f, 2.0f}, {1.0f, 1.0f}});
  ItemValues values(items, 3, 4);
  const torch::NoGradGuard no_grad;
  for (torch::Tensor p : values->parameters()) p.zero_();
  // The last layer's biases are f = (3, 5) and v = 7 in every state.
  torch::Tensor out = values->named_parameters()["head.4.bias"];
  out.copy_(torch::tensor({3.0f, 5.0f, 7.0f}));
  torch::Tensor bias = values->named_parameters()["bias"];
  bias.copy_(torch::tensor({0.5f, 0.0f, -1.0f}));
  const torch::Tensor got = values->forward(torch::ones({2, 3}));
  EXPECT_TRUE(got.equal(torch::tensor({{10.5f, 17.0f, 14.0f}, {10.5f, 17.0f, 14.0f}})));
}

TEST(ItemValues, AreMinusInfinityOutsideTheMask) {
  const torch::Tensor values = torch::tensor({1.0f, 2.0f});
  const torch::Tensor masked = MaskValues(values, torch::tensor({true, false}));
  EXPECT_EQ(masked[0].item<float>(), 1.0f);
  EXPECT_TRUE(std::isinf(masked[1].item<float>()));
  EXPECT_TRUE(MaskValues(values, {}).equal(values));
}

TEST(ItemRewards, AddUpToTheStepsReward) {
  SessionBatch batch;
  batch.credit = torch::tensor({{{1.0f, 0.0f, 0.0f, 1.0f}}});
  batch.rewards = torch::tensor({{0.3f}});
  const torch::Tensor each = ItemRewards(batch);
  EXPECT_TRUE(torch::allclose(each, torch::tensor({{{0.8f, -0.2f, -0.2f, 0.8f}}})));
  EXPECT_NEAR(each.mean().item<float>(), 0.3f, 1e-6f);
}

// A session of one step, whose first item was given the first behaviour alone and whose second one
// the second alone.
SessionLog OneOfEach(double reward) {
  SessionLog log;
  log.Resize(1, 1, 2, 1, 0);
  log.length[0] = log.terminated[0] = 1;
  log.items = {0, 1};
  log.responses = {1, 2};
  log.reward[0] = static_cast<float>(reward);
  return log;
}

torch::Tensor CreditsOf(const Bandit& bandit, const SessionLog& log) {
  const SessionTokens tokens(bandit.dataset, bandit.split, bandit.factors.vectors, {.slate = 2});
  return ItemRewards(MakeSessionBatch(tokens, log))[0][0];
}

TEST(ItemRewards, FollowTheBehavioursThatTheRewardIsMadeOf) {
  const Bandit bandit;
  SessionLog log = OneOfEach(0.5);
  EXPECT_TRUE(torch::allclose(CreditsOf(bandit, log), torch::tensor({1.0f, 0.0f})));
  log.reward_weights = {0, 1};
  EXPECT_TRUE(torch::allclose(CreditsOf(bandit, log), torch::tensor({0.0f, 1.0f})));
  log.reward_weights = {-1, 3};
  log.reward[0] = 1;
  EXPECT_TRUE(torch::allclose(CreditsOf(bandit, log), torch::tensor({-1.0f, 3.0f})));
}

// Item 0 costs half the mean price and item 1 three times as much, at v = 1: the purchase of item 0
// earns .5, and what is put in the cart of item 1 a fifth of 3. Their mean is the step's reward.
TEST(ItemRewards, FollowThePrices) {
  const Bandit bandit;
  SessionLog log = OneOfEach((0.5 + 0.6) / 2);
  log.reward_weights = {1, 0.2};
  log.price_factors = std::vector<float>(bandit.dataset.item_ids.size(), 1);
  log.price_factors[0] = 0.5, log.price_factors[1] = 3;
  EXPECT_TRUE(torch::allclose(CreditsOf(bandit, log), torch::tensor({0.5f, 0.6f})));
}

TEST(ItemRewards, LeaveOutTheResponsesWhereTheReturnTimeAloneCounts) {
  const Bandit bandit;
  SessionLog log = OneOfEach(0.5);
  log.return_days[0] = 4;
  log.return_weight = 1;
  EXPECT_TRUE(torch::allclose(CreditsOf(bandit, log), torch::tensor({0.6f, -0.4f})));
  log.learn_responses = false;
  EXPECT_TRUE(torch::allclose(CreditsOf(bandit, log), torch::tensor({-0.4f, -0.4f})));
}

// Hands on what an agent sees and learns from, in a world of two behaviours: the second is the
// bandit's like, the first one is given exactly where the second is not.
class Opposed : public Agent {
 public:
  Opposed(std::unique_ptr<Agent> inner, bool return_time)
      : inner_(std::move(inner)), return_time_(return_time) {}
  std::string name() const override { return inner_->name(); }
  int action_width() const override { return inner_->action_width(); }
  void Prepare(int slots) override { inner_->Prepare(slots); }
  void Start(int slot, int32_t user) override { inner_->Start(slot, user); }
  void Act(std::span<const Observation> seen, bool explore, std::span<float> scores,
           std::span<float> actions) override {
    inner_->Act(seen, explore, scores, actions);
  }
  void Observe(std::span<const Shown> shown) override {
    for (const Shown& one : shown) {
      const std::vector<uint32_t> responses = Relabel(one.responses);
      const Shown relabelled{one.slot, one.items, responses};
      inner_->Observe({&relabelled, 1});
    }
  }
  UpdateStats Update(const SessionLog& log) override {
    SessionLog told = log;
    told.responses = Relabel(log.responses);
    told.reward_weights = {0, 1};
    if (return_time_) {  // every step ends a visit; users whom it pleased come back after a day
      told.learn_responses = false;
      told.return_weight = 1;
      for (size_t i = 0; i < told.reward.size(); ++i)
        told.return_days[i] = static_cast<uint8_t>(std::lround(9 - 8 * log.reward[i]));
    }
    return inner_->Update(told);
  }
  void Save(TensorFile& file) const override { inner_->Save(file); }
  void Load(const TensorFile& file) override { inner_->Load(file); }

 private:
  static std::vector<uint32_t> Relabel(std::span<const uint32_t> likes) {
    std::vector<uint32_t> out;
    for (const uint32_t like : likes) out.push_back(like != 0 ? 2 : 1);
    return out;
  }
  const std::unique_ptr<Agent> inner_;
  const bool return_time_;
};

// What an agent earns in the bandit of two behaviours after 60 iterations; chance earns .5.
double EarnsWhereBehavioursAreOpposed(const std::string& name, bool return_time) {
  Bandit bandit;
  std::vector<uint8_t> others;
  for (const uint8_t like : bandit.dataset.responses[0]) others.push_back(like == 0);
  bandit.dataset.behaviours = {"skip", "like"};
  bandit.dataset.responses = {Column<uint8_t>(others), bandit.dataset.responses[0]};
  AgentConfig config;
  config.name = name;
  config.learner = BanditLearner();
  for (ReplayConfig* replay : {&config.dqn.replay, &config.sac4ir.replay})
    *replay = {.critic_rate = 3e-3, .actor_rate = 3e-3, .minibatch = 16, .passes = 4};
  config.sac4ir.rho = 0.9;
  AgentContext context = bandit.Context();
  context.reward_weights = {0, 1};
  Opposed agent(MakeAgent(config, context), return_time);
  for (uint64_t i = 0; i < 60; ++i) bandit.PlayAndLearn(agent, i, true);
  return bandit.PlayAndLearn(agent, 1000, false);
}

TEST(ItemRewards, LetAgentsLearnTheBehaviourThatIsPaidFor) {
  for (const char* name : {"dqn", "sac4ir", "linucb"})
    EXPECT_GT(EarnsWhereBehavioursAreOpposed(name, /*return_time=*/false), 0.8) << name;
}

TEST(ItemRewards, LetAgentsLearnFromTheReturnTimeAlone) {
  EXPECT_GT(EarnsWhereBehavioursAreOpposed("dqn", /*return_time=*/true), 0.7);
}

}  // namespace
}  // namespace lerl
