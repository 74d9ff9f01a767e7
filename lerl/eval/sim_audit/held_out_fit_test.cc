#include "lerl/eval/sim_audit/held_out_fit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

const AuditFigure& Find(const std::vector<AuditFigure>& figures, const std::string& name,
                        const std::string& group) {
  const auto found = std::ranges::find_if(
      figures, [&](const AuditFigure& f) { return f.name == name && f.group == group; });
  EXPECT_NE(found, figures.end()) << name << " of " << group;
  return *found;
}

// Vectors (1, 0), (0, 1), (1, 0): the first is like the third and unlike the second.
TEST(HeldOutFit, SimilarityIsTheMeanCosineWithTheRestOfTheSlate) {
  const std::vector<float> vectors = {1, 0, 0, 1, 1, 0};
  const std::vector<float> of_three = SlateSimilarity(std::vector<int32_t>{0, 1, 2}, vectors, 2);
  EXPECT_FLOAT_EQ(of_three[0], 0.5f);
  EXPECT_FLOAT_EQ(of_three[1], 0.0f);
  EXPECT_EQ(SlateSimilarity(std::vector<int32_t>{0}, vectors, 2), std::vector<float>{0.0f});
}

// Two users with two rows each. With p = .8, .2 for a like and a dislike the pairs are in order,
// every bin is .2 off, and the log loss is -ln .8 where the base rate's is ln 2.
TEST(HeldOutFit, OfFourRowsByHand) {
  const Dataset dataset = TinyDataset();
  const Split split = MakeSplit(dataset, {});
  PlayedRows rows{.users = {0, 0, 1, 1},
                  .items = {0, 1, 2, 3},
                  .played = {0.8f, 0.2f, 0.8f, 0.2f},
                  .plain = {1, 0, 1, 0},
                  .targets = {1, 0, 1, 0}};
  const std::vector<AuditFigure> figures = HeldOutFit(rows, dataset, split);
  const std::string like = dataset.behaviours[0];
  EXPECT_DOUBLE_EQ(Find(figures, "AUC of " + like, "all users").value->mean, 1);
  EXPECT_NEAR(Find(figures, "ECE of " + like, "all users").value->mean, 0.2, 1e-6);
  EXPECT_NEAR(Find(figures, "log loss of " + like, "all users").value->mean, 0.223144, 1e-5);
  EXPECT_NEAR(Find(figures, "skill of " + like, "all users").value->mean, 1 - 0.223144 / 0.693147,
              1e-5);
  EXPECT_NEAR(
      Find(figures, "ECE of " + like + " without the similarity term", "all users").value->mean, 0,
      1e-9);
  EXPECT_EQ(Find(figures, "ECE of " + like, "all users").light(), Light::kRed);
  EXPECT_TRUE(Find(figures, "ECE of " + like, "all users").decides);
}

TEST(HeldOutFit, AnEmptyGroupHasNoLightAndSaysSo) {
  const Dataset dataset = TinyDataset();
  const Split split = MakeSplit(dataset, {});
  PlayedRows rows{.users = {0}, .items = {0}, .played = {0.5f}, .plain = {0.5f}, .targets = {1}};
  const std::vector<AuditFigure> figures = HeldOutFit(rows, dataset, split);
  const AuditFigure& empty = Find(figures, "AUC of " + dataset.behaviours[0], "without past");
  EXPECT_FALSE(empty.value.has_value());
  EXPECT_EQ(empty.light(), Light::kNone);
  EXPECT_EQ(empty.note, "empty group: no held-out row");
}

TEST(HeldOutFit, PredictsTheProbabilitiesThatPlayUses) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  PlayedFitOptions options{.rho = 0, .slate = 3, .item_vectors = world->unit_vectors};
  const PlayedRows plain =
      PredictAsPlayed(*world->response_model, world->dataset, world->split, options);
  EXPECT_EQ(plain.played, plain.plain);
  options.rho = 0.2;
  const PlayedRows played =
      PredictAsPlayed(*world->response_model, world->dataset, world->split, options);
  EXPECT_EQ(played.plain, plain.plain);
  // The first slate of the first user, by hand.
  const std::vector<int32_t> slate(played.items.begin(), played.items.begin() + 2);
  ASSERT_EQ(played.users[0], played.users[1]);  // 2 of the 20 rows are for tests
  const auto similarity = SlateSimilarity(slate, world->unit_vectors, kItemVectorWidth);
  EXPECT_NEAR(played.played[0], std::clamp(plain.plain[0] - 0.2f * similarity[0], 0.0f, 1.0f),
              1e-6);
}

TEST(HeldOutFit, OfTheModelMfIsOnTheRowsThatItsFitLeftOut) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const PlayedFitOptions options{.rho = 0, .left_out_by = &config.response_model.mf};
  const PlayedRows rows =
      PredictAsPlayed(*world->response_model, world->dataset, world->split, options);
  EXPECT_EQ(rows.users.size(),
            MfHeldOutRows(world->dataset.num_interactions(), config.response_model.mf).size());
}

}  // namespace
}  // namespace lerl
