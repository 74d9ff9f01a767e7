#include "lerl/eval/audit/scripted_truth.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/profiles/profile_scores.h"
#include "lerl/planner/student/plan_snapshot.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

class ScriptedTruthTest : public ::testing::Test {
 protected:
  ScriptedTruthTest() : world_(TinyWorld(config_)) { config_.planner.llm.name_user = true; }

  // Scores [C] for a held-out user before its first slate.
  std::vector<float> Scores(double nu, uint64_t seed, const ScriptedErrors& errors = {},
                            size_t user = 0) {
    LlmPlanner planner(config_.planner, world_->dataset, world_->split,
                       MakeScriptedTruth(*world_, *config_.env, nu, seed, errors));
    PlanSnapshot request(At(world_->dataset.num_categories()));
    request.user = world_->split.test_users[user];
    return planner.ScoresOf(request.View(), PlanMode::kEvaluation);
  }

  RunConfig config_ = TinyRun();
  const std::unique_ptr<World> world_;
};

TEST_F(ScriptedTruthTest, WithoutNoiseItsScoresAreTheTruthAndNothingElse) {
  const auto env = MakeWorldEnv(*world_, *config_.env, 1);
  std::vector<float> worth(At(world_->dataset.num_categories()));
  env->Start(0, world_->split.test_users[0], 1);
  env->OracleCategoryRewards(0, worth);
  std::vector<double> truth(worth.begin(), worth.end());
  Standardise(truth);
  const std::vector<float> scores = Scores(0, 1);
  std::vector<double> known(scores.begin(), scores.end());
  Standardise(known);
  for (size_t c = 0; c < truth.size(); ++c) EXPECT_NEAR(known[c], truth[c], 1e-5);
}

TEST_F(ScriptedTruthTest, NoiseFollowsFromTheSeed) {
  EXPECT_EQ(Scores(1, 7), Scores(1, 7));
  EXPECT_NE(Scores(1, 7), Scores(1, 8));
}

std::vector<float> Sorted(std::vector<float> scores) {
  std::ranges::sort(scores);
  return scores;
}

TEST_F(ScriptedTruthTest, ACorruptedAnswerHasTheSameScoresInAnotherOrder) {
  const std::vector<float> truth = Scores(0, 1), corrupted = Scores(0, 1, {.share = 1});
  EXPECT_NE(corrupted, truth);
  EXPECT_EQ(Sorted(corrupted), Sorted(truth));
  // Of many models, each of which answers one prompt, the share that was asked for errs.
  int wrong = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed)
    wrong += Scores(0, seed, {.share = 0.3}) != Scores(0, seed) ? 1 : 0;
  EXPECT_NEAR(wrong / 200.0, 0.3, 0.1);  // three standard deviations
}

TEST_F(ScriptedTruthTest, MistakenCategoriesAreTheSameForEverybody) {
  const ScriptedErrors mistaken{.share = 0.5, .systematic = true};
  const auto wrong = [&](size_t user) {
    const std::vector<float> truth = Scores(0, 3, {}, user), said = Scores(0, 3, mistaken, user);
    EXPECT_EQ(Sorted(said), Sorted(truth));
    std::vector<size_t> places;
    for (size_t c = 0; c < truth.size(); ++c)
      if (said[c] != truth[c]) places.push_back(c);
    return places;
  };
  const std::vector<size_t> places = wrong(0);
  EXPECT_EQ(places.size(), At((world_->dataset.num_categories() + 1) / 2));
  EXPECT_EQ(wrong(1), places);
}

TEST_F(ScriptedTruthTest, KnowsNobodyWhomThePromptDoesNotName) {
  config_.planner.llm.name_user = false;
  const std::vector<float> scores = Scores(0, 1);
  for (const float score : scores) EXPECT_EQ(score, scores[0]);
}

}  // namespace
}  // namespace lerl
