#include "lerl/sim/response/transformer_response.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

constexpr TransformerConfig kConfig{
    .width = 20, .layers = 2, .heads = 2, .feed_forward = 24, .band = 30};

std::vector<Interaction> Draws(size_t count, uint64_t seed) {
  Rng rng(seed);
  std::vector<Interaction> draws(count);
  for (Interaction& draw : draws)
    draw = {static_cast<int32_t>(rng.Below(150)), static_cast<uint32_t>(rng.Below(8))};
  return draws;
}

std::vector<float> All(const ResponseModel& model, const ResponseState& state, int slot) {
  std::vector<float> logits(At(model.num_items() * model.num_behaviours()));
  model.ScoreAll(state, slot, logits);
  return logits;
}

TEST(TransformerResponse, GivesTheSameStateInPiecesAsInOnePassLongerThanTheBand) {
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto history = Draws(30, 1), session = Draws(120, 2);
  const auto state = model->NewState(2);
  model->Start(*state, 1, 5, history);
  const std::vector<int> slots = {1};
  for (size_t at = 0; at < session.size(); at += 6)
    model->Append(*state, slots, std::span(session).subspan(at, 6));
  const auto other = model->NewState(1);
  model->Start(*other, 0, 5, history);
  model->Append(*other, std::vector<int>{0}, session);
  EXPECT_EQ(All(*model, *state, 1), All(*model, *other, 0));
}

TEST(TransformerResponse, PutsEachResponseWhereItBelongs) {
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto state = model->NewState(1);
  const auto after = [&](std::vector<Interaction> history) {
    model->Start(*state, 0, 5, history);
    return All(*model, *state, 0);
  };
  const auto logits = after({{3, 1}, {4, 0}});
  EXPECT_EQ(logits, after({{3, 1}, {4, 0}}));
  EXPECT_NE(logits, after({{3, 0}, {4, 1}}));  // the other item was liked
  EXPECT_NE(logits, after({{3, 2}, {4, 0}}));  // another behaviour
  EXPECT_NE(logits, after({{4, 0}, {3, 1}}));  // another order
  EXPECT_NE(logits, after({}));                // no history: the start vector
}

TEST(TransformerResponse, StartsASlotAnewAndLeavesOthersAlone) {
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto state = model->NewState(3);
  const auto history = Draws(20, 1);
  model->Start(*state, 0, 5, history);
  const auto first = All(*model, *state, 0);
  model->Start(*state, 2, 6, history);
  const std::vector<int> slots = {0, 2};
  model->Append(*state, slots, Draws(12, 4));
  EXPECT_NE(All(*model, *state, 0), first);
  model->Start(*state, 0, 5, history);
  EXPECT_EQ(All(*model, *state, 0), first);
}

TEST(TransformerResponse, ScoresASlateAsItScoresAllItems) {
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto state = model->NewState(2);
  model->Start(*state, 0, 1, Draws(9, 1));
  model->Start(*state, 1, 2, Draws(8, 2));
  std::vector<float> logits(12);
  model->Score(*state, std::vector<int>{1, 0}, std::vector<int32_t>{7, 8, 9, 7}, logits);
  EXPECT_EQ(logits[1], All(*model, *state, 1)[22]);
  EXPECT_EQ(logits[9], All(*model, *state, 0)[21]);
}

TEST(TransformerResponse, ComesBackFromItsFile) {
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto back = TransformerResponseFromFile(model->ToFile());
  const auto one = model->NewState(1), two = back->NewState(1);
  model->Start(*one, 0, 1, Draws(9, 1));
  back->Start(*two, 0, 1, Draws(9, 1));
  EXPECT_EQ(All(*model, *one, 0), All(*back, *two, 0));
}

// All that a batch of sessions with slates drawn per slot gives: probabilities and responses.
std::vector<float> TransformerResponseTestPlayAll(const Dataset& data, const Split& split,
                                                  const ResponseModel& model,
                                                  std::span<const float> vectors, int slots,
                                                  int threads) {
  EnvConfig config;
  config.slate_size = 3;
  SessionEnv env(data, split, model, vectors, config, slots, threads);
  std::vector<Rng> rngs;
  for (int slot = 0; slot < slots; ++slot) {
    env.Start(slot, slot % 50, static_cast<uint64_t>(slot));
    rngs.emplace_back(9, "slates", static_cast<uint64_t>(slot));
  }
  std::vector<float> seen;
  StepResult result;
  std::vector<int32_t> slates(At(3 * slots));
  for (int step = 0; step < 8; ++step) {
    for (int slot = 0; slot < slots; ++slot) {
      for (size_t k = 0; k < 3;) {
        const auto item = static_cast<int32_t>(rngs[At(slot)].Below(150));
        const auto begin = slates.begin() + 3 * slot;
        const auto end = begin + static_cast<int64_t>(k);
        if (env.Observe(slot).excluded[At(item)] != 0 || std::find(begin, end, item) != end)
          continue;
        *end = item;
        ++k;
      }
    }
    env.Step(slates, result);
    seen.insert(seen.end(), result.probabilities.begin(), result.probabilities.end());
    seen.insert(seen.end(), result.rewards.begin(), result.rewards.end());
  }
  return seen;
}

TEST(TransformerResponse, GivesTheSameBytesAtAnyThreadCountAndTwice) {
  const Dataset data = MakeSyntheticDataset({.behaviours = 3});
  const Split split = MakeSplit(data, {});
  const auto vectors = FitUnitItemVectors(data, split);
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto once = TransformerResponseTestPlayAll(data, split, *model, vectors, 70, 1);
  EXPECT_EQ(once, TransformerResponseTestPlayAll(data, split, *model, vectors, 70,
                                                 1));  // nothing is dropped in play
  EXPECT_EQ(once, TransformerResponseTestPlayAll(data, split, *model, vectors, 70, 2));
  EXPECT_EQ(once, TransformerResponseTestPlayAll(data, split, *model, vectors, 70, 3));
}

TEST(TransformerResponse, IsNotConfinedByASecondSigmoid) {
  const Dataset data = MakeSyntheticDataset({.behaviours = 3});
  const Split split = MakeSplit(data, {});
  const auto vectors = FitUnitItemVectors(data, split);
  const auto model = RandomTransformerResponse(kConfig, 60, 150, 3, 1);
  const auto seen = TransformerResponseTestPlayAll(data, split, *model, vectors, 32, 1);
  EXPECT_LT(*std::ranges::min_element(seen), 0.3f);
  EXPECT_GT(*std::ranges::max_element(seen), 0.8f);
}

}  // namespace
}  // namespace lerl
