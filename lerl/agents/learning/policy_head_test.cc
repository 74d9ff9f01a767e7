#include "lerl/agents/learning/policy_head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

constexpr float kOut = -std::numeric_limits<float>::infinity();

PolicyHead PolicyHeadTestMake(PolicyConfig config, int64_t state_width,
                              const torch::Tensor& items) {
  config.hidden = 8;
  PolicyHead head(config, items, state_width);
  Rng rng(1);
  InitialiseParameters(*head, rng);
  return head;
}

TEST(PlackettLuce, IsTheProductOfSoftmaxesOverWhatIsLeft) {
  const torch::Tensor logits =
      torch::tensor({std::log(1.0f), std::log(2.0f), std::log(3.0f), kOut});
  const auto log_p = [&](std::vector<int64_t> slate) {
    return PlackettLuce(logits, torch::tensor(slate, torch::kInt64)).log_density.item<double>();
  };
  EXPECT_NEAR(log_p({2, 0}), std::log(3.0 / 6 * 1 / 3), 1e-6);
  EXPECT_NEAR(log_p({0, 1, 2}), std::log(1.0 / 6 * 2 / 5), 1e-6);  // the whole mask
}

PolicyDensity Draws(const torch::Tensor& logits, int64_t first, int64_t second) {
  return PlackettLuce(logits, torch::tensor({first, second}, torch::kInt64));
}

TEST(PlackettLuce, SumsToOneOverAllSlates) {
  const torch::Tensor logits = torch::tensor({0.3f, -1.0f, 2.0f, 30.0f});
  double sum = 0;
  for (int64_t a = 0; a < 4; ++a)
    for (int64_t b = 0; b < 4; ++b)
      if (a != b) sum += std::exp(Draws(logits, a, b).log_density.item<double>());
  EXPECT_NEAR(sum, 1, 1e-5);
}

// The mean of H over slates as they are drawn is - sum p log p, whatever the logits.
TEST(PlackettLuce, HasTheEntropyOfTheDrawsThatItIsTheDensityOf) {
  for (const torch::Tensor& logits :
       {torch::tensor({0.3f, -1.0f, 2.0f, 0.5f}), torch::tensor({4.0f, -2.0f, 5.0f, kOut})}) {
    double mean = 0, exact = 0;
    for (int64_t a = 0; a < 4; ++a) {
      for (int64_t b = 0; b < 4; ++b) {
        if (a == b || logits[a].item<float>() == kOut || logits[b].item<float>() == kOut) continue;
        const PolicyDensity draws = Draws(logits, a, b);
        const double log_p = draws.log_density.item<double>();
        mean += std::exp(log_p) * draws.entropy.item<double>();
        exact -= std::exp(log_p) * log_p;
      }
    }
    EXPECT_NEAR(mean, exact, 1e-5);
  }
  // Of 4 items alike: 4 for the first place and 3 for the second, whichever slate was shown.
  EXPECT_NEAR(Draws(torch::zeros({4}), 2, 1).entropy.item<double>(), std::log(12.0), 1e-5);
}

TEST(PlackettLuce, HasFiniteGradients) {
  torch::Tensor logits = torch::tensor({1.0f, kOut, 2.0f, -90.0f}).requires_grad_();
  // A part of the mask, and the whole of it.
  for (const std::vector<int64_t>& slate : std::vector<std::vector<int64_t>>{{2, 0}, {2, 0, 3}}) {
    const PolicyDensity draws = PlackettLuce(logits, torch::tensor(slate, torch::kInt64));
    (draws.log_density + draws.entropy).backward();
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
  }
}

TEST(PolicyHead, DensityIsThatOfIndependentNormals) {
  PolicyConfig config;
  config.sigma = 2;
  PolicyHead head = PolicyHeadTestMake(config, 3, torch::ones({5, 2}));
  SessionBatch batch;
  batch.valid = torch::ones({1, 1});
  const torch::Tensor state = torch::ones({1, 1, 3});
  batch.actions = head->Mu(state).detach() + torch::tensor({2.0f, -4.0f});
  const double expected = -0.5 * (1 + 4) - 2 * std::log(2.0) - std::log(2 * std::numbers::pi);
  EXPECT_NEAR(head->Density(state, batch).log_density.item<double>(), expected, 1e-5);
}

TEST(PolicyHead, BendsSigmaAtItsEndsAndNeverLosesItsSlope) {
  const std::vector<float> inside = {-4, -3.9f, -1.2f, 0, 0.9f, 1};
  EXPECT_TRUE(BendLogSigma(torch::tensor(inside)).equal(torch::tensor(inside)));
  torch::Tensor x = torch::tensor({-9.0f, -5.0f, -4.0f, 0.0f, 1.0f, 2.0f, 7.0f}).requires_grad_();
  const torch::Tensor bent = BendLogSigma(x);
  bent.sum().backward();
  for (int64_t i = 0; i < x.size(0); ++i) {
    EXPECT_GT(bent[i].item<float>(), -4.5f);
    EXPECT_LT(bent[i].item<float>(), 1.5f);
    EXPECT_GT(x.grad()[i].item<float>(), 5e-3f);
  }
  EXPECT_TRUE((bent.diff() > 0).all().item<bool>());
  EXPECT_EQ(x.grad()[3].item<float>(), 1);
}

// What the setting allows, the policy can have and change from the first step on.
TEST(PolicyHead, LearnsEverySigmaThatTheSettingAllows) {
  for (const double sigma : {0.02, 0.3, 2.7}) {
    PolicyConfig config;
    config.sigma = sigma;
    PolicyHead head = PolicyHeadTestMake(config, 3, torch::ones({5, 2}));
    SessionBatch batch;
    batch.valid = torch::ones({1, 1});
    batch.actions = torch::zeros({1, 1, 2});
    const torch::Tensor entropy = head->Density(torch::ones({1, 1, 3}), batch).entropy;
    EXPECT_NEAR(entropy.item<double>(), 2 * std::log(sigma), 1e-5);
    entropy.sum().backward();
    EXPECT_EQ(head->named_parameters()["log_sigma"].grad().sum().item<float>(), 2);
  }
}

TEST(PolicyHead, StartsWithTheConfiguredSigmaAndASilentContext) {
  PolicyConfig config;
  config.state_sigma = true;
  PolicyHead head = PolicyHeadTestMake(config, 10, torch::ones({5, 2}));
  head->Silence(4);
  SessionBatch batch;
  batch.valid = torch::ones({2, 1});
  batch.actions = torch::zeros({2, 1, 2});
  torch::Tensor states = torch::ones({2, 1, 10});
  states[1].narrow(1, 4, 6).zero_();
  const PolicyDensity density = head->Density(states, batch);
  EXPECT_NEAR(density.entropy[0].item<double>(), 2 * std::log(0.3), 1e-5);
  EXPECT_EQ(density.log_density[0].item<float>(), density.log_density[1].item<float>());
}

TEST(PolicyHead, GivesNumbersAfterTheEndOfASession) {
  PolicyConfig config;
  config.kind = "items";
  PolicyHead head = PolicyHeadTestMake(config, 2, torch::tensor({{1.0f}, {0.0f}, {-1.0f}}));
  SessionBatch batch;
  batch.valid = torch::tensor({{1.0f, 0.0f}});
  batch.items = torch::tensor({{{2}, {0}}}, torch::kInt64);
  batch.allowed = torch::zeros({1, 3, 3}, torch::kBool);
  batch.allowed[0][0].fill_(true);
  // After the end the mask is empty, or has items, but not the one that fills the place of a slate.
  for (const bool empty : {true, false}) {
    batch.allowed[0][1][1].fill_(!empty);
    const PolicyDensity density = head->Density(torch::ones({1, 2, 2}), batch);
    EXPECT_TRUE((density.log_density * batch.valid).isfinite().all().item<bool>()) << empty;
    EXPECT_TRUE((density.entropy * batch.valid).isfinite().all().item<bool>()) << empty;
  }
}

// The density of one draw from all items is the same either way; that of a slate is the mean of
// such densities.
TEST(PolicyHead, HasTheMeanOfItsItemsDensitiesWhenAsked) {
  const auto density = [](bool published, std::vector<int64_t> slate) {
    PolicyConfig config;
    config.kind = "items";
    config.published_density = published;
    torch::manual_seed(1);
    PolicyHead head = PolicyHeadTestMake(config, 2, torch::tensor({{1.0f}, {0.0f}, {-1.0f}}));
    SessionBatch batch;
    batch.valid = torch::ones({1, 1});
    batch.items = torch::tensor(slate, torch::kInt64).view({1, 1, -1});
    batch.allowed = torch::ones({1, 2, 3}, torch::kBool);
    return head->Density(torch::ones({1, 1, 2}), batch).log_density.item<double>();
  };
  EXPECT_NEAR(density(true, {2}), density(false, {2}), 1e-6);
  EXPECT_NEAR(density(true, {2, 0}), (density(false, {2}) + density(false, {0})) / 2, 1e-6);
}

TEST(PolicyHead, DrawsItemsAsOftenAsTheirProbabilitySays) {
  PolicyConfig config;
  config.kind = "items";
  const torch::Tensor items = torch::tensor({{1.0f}, {0.0f}, {-1.0f}});
  PolicyHead head = PolicyHeadTestMake(config, 2, items);
  const torch::Tensor state = torch::ones({1, 2});
  const torch::Tensor p = torch::softmax(head->Mu(state) * items.squeeze(-1), -1);
  std::vector<double> count(3);
  const std::vector<uint8_t> none;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    const Observation seen{.seed = seed, .plan = none, .dominant = none};
    std::vector<float> scores(3);
    const torch::NoGradGuard no_grad;
    head->Decide(state, {&seen, 1}, true, scores, {});
    ++count[At(std::max_element(scores.begin(), scores.end()) - scores.begin())];
  }
  for (int64_t i = 0; i < 3; ++i) EXPECT_NEAR(count[At(i)] / 4000, p[0][i].item<double>(), 0.03);
}

}  // namespace
}  // namespace lerl
