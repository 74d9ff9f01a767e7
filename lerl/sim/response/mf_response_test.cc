#include "lerl/sim/response/mf_response.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(MfResponse, ScoresEachUserAndBehaviourWithItsOwnFit) {
  const Dataset data = MakeSyntheticDataset({.behaviours = 2});
  const auto model = FitMfResponse(data, MfConfig{.epochs = 2});
  ASSERT_EQ(model->num_behaviours(), 2);
  const auto state = model->NewState(3);
  model->Start(*state, 2, 7, {});
  model->Start(*state, 0, 9, {});
  const std::vector<int> slots = {2, 0};
  std::vector<float> logits(8), all(At(model->num_items()) * 2);
  model->Score(*state, slots, std::vector<int32_t>{5, 6, 5, 8}, logits);
  model->ScoreAll(*state, 2, all);
  EXPECT_EQ(logits[0], all[10]);
  EXPECT_EQ(logits[3], all[13]);
  model->ScoreAll(*state, 0, all);
  EXPECT_EQ(logits[7], all[17]);
}

TEST(MfResponse, ComesBackFromItsFile) {
  const Dataset data = MakeSyntheticDataset({.behaviours = 2});
  const auto model = FitMfResponse(data, MfConfig{.epochs = 1});
  const auto back = MfResponseFromFile(model->ToFile());
  std::vector<float> one(At(model->num_items()) * 2), two(one.size());
  const auto state = model->NewState(1);
  model->Start(*state, 0, 4, {});
  model->ScoreAll(*state, 0, one);
  back->ScoreAll(*state, 0, two);
  EXPECT_EQ(one, two);
}

}  // namespace
}  // namespace lerl
