#include "lerl/agents/ppo_batch.h"

#include <gtest/gtest.h>

#include "lerl/data/synthetic.h"

namespace lerl {
namespace {

SessionLog TwoSessions(const Dataset& dataset) {
  SessionLog log;
  log.Resize(2, 4, 3, dataset.num_categories(), 2);
  log.user = {1, 2};
  log.length = {2, 4};
  for (size_t i = 0; i < log.items.size(); ++i) log.items[i] = static_cast<int32_t>(i % 7);
  for (size_t i = 0; i < log.action.size(); ++i) log.action[i] = static_cast<float>(i);
  for (size_t i = 0; i < log.budget.size(); ++i) log.budget[i] = static_cast<float>(i);
  return log;
}

TEST(PpoBatch, PointsEachStepAtTheLastTokenBeforeIt) {
  const Dataset dataset = MakeSyntheticDataset({});
  const Split split = MakeSplit(dataset, {});
  const std::vector<float> vectors(static_cast<size_t>(dataset.num_items()), 1);
  const SessionTokens tokens(dataset, split, vectors, {.slate = 3, .past_rows = 6});
  const SessionLog log = TwoSessions(dataset);
  const PpoBatch batch = MakePpoBatch(tokens, log, std::vector<int64_t>{1, 0});
  const int past = tokens.PastTokens(2);
  ASSERT_EQ(batch.tokens.size(1), past + 4);
  for (int64_t t = 0; t <= 4; ++t) EXPECT_EQ(batch.states[0][t].item<int64_t>(), past - 1 + t);
  EXPECT_EQ(batch.states[1][4].item<int64_t>(), past - 1 + 2);  // a session of 2 steps stays there
  EXPECT_EQ(batch.valid.sum().item<float>(), 6);
  EXPECT_EQ(batch.actions[0][3][1].item<float>(), log.action[log.Cell(1, 3) * 2 + 1]);
  const int64_t last = batch.context.size(2) - 1;
  EXPECT_EQ(batch.context[1][1][last].item<float>(), log.budget[log.Cell(0, 1)]);
}

TEST(PpoBatch, GathersTheRowsOfTheStates) {
  const torch::Tensor encoded = torch::arange(12, torch::kFloat).reshape({1, 6, 2});
  const torch::Tensor states = torch::tensor({{4, 1}}, torch::kInt64);
  EXPECT_TRUE(
      torch::equal(GatherStates(encoded, states), torch::tensor({{{8.0f, 9.0f}, {2.0f, 3.0f}}})));
}

}  // namespace
}  // namespace lerl
