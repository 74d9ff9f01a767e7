#include "lerl/eval/sim_audit/evolving_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

// Two rows of one user: the world says .5 and .5, z alone .8 and .8, both liked.
TEST(EvolvingFit, ExtraLogLossIsPairedAndRelative) {
  const PlayedRows rows{.users = {0, 0},
                        .items = {0, 1},
                        .played = {0.5f, 0.5f},
                        .plain = {0.8f, 0.8f},
                        .targets = {1, 1}};
  EXPECT_NEAR(ExtraLogLoss(rows).mean, std::log(0.5) / std::log(0.8) - 1, 1e-6);
}

TEST(EvolvingFit, PredictsZAndTheMeanInterestInTheItemsCategories) {
  const RunConfig config = TinyClosedLoop();
  const auto world = TinyEvolvingWorld(config);
  const MfModel z = FitMfOnTrainingRows(world->dataset, world->split, config.env->evolving.mf);
  const PlayedRows rows =
      PredictEvolving(*world->evolving, z, world->dataset, world->split, config.env->evolving);
  const EvolvingProfile profile = world->evolving->Profile(rows.users[0], config.env->evolving);
  double logit = world->evolving->Z(rows.users[0], rows.items[0]);
  const auto categories = world->dataset.CategoriesOf(rows.items[0]);
  for (const int32_t c : categories)
    logit += profile.theta[At(c)] / static_cast<double>(categories.size());
  EXPECT_NEAR(rows.played[0], Sigmoid(logit), 1e-6);
  EXPECT_NEAR(rows.plain[0], Sigmoid(z.Logit(rows.users[0], rows.items[0])), 1e-6);
}

TEST(EvolvingFit, HasTheFiguresThatDecideAndThoseOfZAlone) {
  RunConfig config = TinyClosedLoop();
  SetFields(config, {"env.task=evolving"});
  const auto world = TinyEvolvingWorld(config);
  const std::vector<AuditFigure> figures = EvolvingFit(*world, config, 3);
  const auto count = [&](const std::string& name) {
    return std::ranges::count_if(figures, [&](const AuditFigure& figure) {
      return figure.name.find(name) != std::string::npos;
    });
  };
  EXPECT_EQ(count("extra log loss"), 1);
  EXPECT_EQ(count("worth of the true interests"), 1);
  EXPECT_EQ(count("latent cells"), 1);
  EXPECT_GE(count(", z alone"), 4);
}

}  // namespace
}  // namespace lerl
