#include "lerl/agents/learning/update_figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/testing/thread_ranks.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

TEST(ExplainedVariance, IsTheShareOfTheReturnsThatTheCriticForetold) {
  const torch::Tensor returns = torch::tensor({{1.0f, 3.0f}, {5.0f, 90.0f}});
  const torch::Tensor values = torch::tensor({{2.0f, 3.0f}, {4.0f, -70.0f}});
  const torch::Tensor valid = torch::tensor({{1.0f, 1.0f}, {1.0f, 0.0f}});
  // Returns 1, 3, 5: variance 8 / 3. Errors -1, 0, 1: variance 2 / 3. The last entry is padding.
  EXPECT_NEAR(ExplainedVariance(returns, values, valid), 0.75, 1e-12);
  EXPECT_EQ(ExplainedVariance(returns, returns, valid), 1);
  // An error that is the same everywhere is none of the variance.
  EXPECT_EQ(ExplainedVariance(returns, returns + 7, valid), 1);
  EXPECT_EQ(ExplainedVariance(returns, torch::zeros({2, 2}), valid), 0);
  EXPECT_LT(ExplainedVariance(returns, -returns, valid), 0);  // 1 - 4 = -3
}

TEST(ExplainedVariance, IsZeroWhereAllReturnsAreAlikeOrThereAreNone) {
  const torch::Tensor returns = torch::full({3}, 2.0f), values = torch::tensor({1.0f, 2.0f, 3.0f});
  EXPECT_EQ(ExplainedVariance(returns, values, torch::ones({3})), 0);
  EXPECT_EQ(ExplainedVariance(returns, returns, torch::ones({3})), 0);
  EXPECT_EQ(ExplainedVariance(returns, values, torch::zeros({3})), 0);
}

TEST(UpdateFigures, AreMeansOverStepsOfTheNormsOfGradients) {
  torch::Tensor p = torch::zeros({2}).requires_grad_();
  Adam adam({p}, 0.1, 1e-8);
  UpdateFigures figures;
  for (const float scale : {1.0f, 0.1f}) {  // norms 5 and 0.5, clipped to 1
    p.mutable_grad() = torch::tensor({3.0f, 4.0f}) * scale;
    adam.Step(/*max_gradient=*/1);
    figures.AddStep(adam);
  }
  const UpdateStats stats = figures.Stats();
  EXPECT_NEAR(StatOf(stats, "gradient_norm"), (5 + 0.5) / 2, 1e-6);
  EXPECT_NEAR(StatOf(stats, "gradient_norm_clipped"), (1 + 0.5) / 2, 1e-6);
  EXPECT_EQ(StatOf(stats, "updates"), 2);
}

TEST(UpdateFigures, NameTheRangeOfSigmaOverWhatIsValid) {
  UpdateFigures figures;
  figures.AddSigma(
      torch::tensor({{std::log(0.3f), std::log(0.5f)}, {std::log(9.0f), std::log(0.01f)}}),
      torch::tensor({1.0f, 0.0f}));
  figures.AddSigma(torch::tensor({{std::log(0.4f), std::log(0.2f)}}), torch::ones({1}));
  figures.AddSigma({}, torch::ones({1}));
  EXPECT_NEAR(StatOf(figures.Stats(), "sigma_min"), 0.2, 1e-6);
  EXPECT_NEAR(StatOf(figures.Stats(), "sigma_max"), 0.5, 1e-6);
}

TEST(UpdateFigures, LeaveOutWhatThereIsNot) {
  UpdateFigures figures;
  const auto has = [&figures](const std::string& name) {
    for (const auto& [known, value] : figures.Stats())
      if (known == name) return true;
    return false;
  };
  EXPECT_FALSE(has("sigma_min"));
  EXPECT_FALSE(has("kl_epoch_1"));
  EXPECT_EQ(StatOf(figures.Stats(), "gradient_norm"), 0);
  figures.AddEpoch(0.25);
  figures.AddEpoch(0.5);
  EXPECT_EQ(StatOf(figures.Stats(), "kl_epoch_1"), 0.25);
  EXPECT_EQ(StatOf(figures.Stats(), "kl_epoch_2"), 0.5);
}

TEST(UpdateFigures, JoinTheRangesOfSigmaOfAllRanks) {
  ThreadRanks::Run(3, [](Ranks& ranks) {
    UpdateFigures figures;
    const float lows[] = {0.3f, 0.2f};
    if (ranks.rank() < 2)  // the third has none
      figures.AddSigma(torch::tensor({{std::log(lows[ranks.rank()]), std::log(0.5f)}}),
                       torch::ones({1}));
    figures.JoinSigma(ranks);
    EXPECT_NEAR(StatOf(figures.Stats(), "sigma_min"), 0.2, 1e-6);
    EXPECT_NEAR(StatOf(figures.Stats(), "sigma_max"), 0.5, 1e-6);
  });
}

}  // namespace
}  // namespace lerl
