#include "lerl/agents/learning/session_batch.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {
namespace {

SessionLog TwoSessions(const Dataset& dataset) {
  SessionLog log;
  log.Resize(2, 6, 3, dataset.num_categories(), 2);
  log.user = {1, 2};
  log.length = {2, 4};
  log.terminated = {1, 0};
  log.truncated = {0, 1};
  for (size_t i = 0; i < log.items.size(); ++i) log.items[i] = static_cast<int32_t>(i % 7);
  for (size_t i = 0; i < log.responses.size(); ++i) log.responses[i] = i % 5 == 0 ? 3 : 2;
  for (size_t i = 0; i < log.action.size(); ++i) log.action[i] = static_cast<float>(i);
  for (size_t i = 0; i < log.budget.size(); ++i) log.budget[i] = static_cast<float>(i);
  for (size_t i = 0; i < log.reward.size(); ++i) log.reward[i] = static_cast<float>(i);
  return log;
}

struct SessionBatchTestFixture {
  Dataset dataset = MakeSyntheticDataset({});
  Split split = MakeSplit(dataset, {});
  std::vector<float> vectors;
  SessionBatchTestFixture() {
    for (int64_t i = 0; i < dataset.num_items(); ++i) vectors.push_back(static_cast<float>(i));
  }
  SessionTokens Tokens(bool per_item = false) const {
    return {dataset, split, vectors, {.slate = 3, .past_rows = 7, .per_item = per_item}};
  }
};

TEST(SessionBatch, PointsEachStepAtTheLastTokenBeforeIt) {
  const SessionBatchTestFixture f;
  const SessionTokens tokens = f.Tokens();
  const SessionLog log = TwoSessions(f.dataset);
  const SessionBatch batch = MakeSessionBatch(tokens, log);
  const int past = tokens.PastTokens(2);
  ASSERT_EQ(batch.tokens.size(1), past + 4);
  for (int64_t t = 0; t <= 4; ++t) EXPECT_EQ(batch.states[1][t].item<int64_t>(), past - 1 + t);
  EXPECT_EQ(batch.states[0][4].item<int64_t>(), past - 1 + 2);  // a session of 2 steps stays there
  EXPECT_EQ(batch.valid.sum().item<float>(), 6);
  EXPECT_EQ(batch.goes_on.sum().item<float>(), 5);
  EXPECT_EQ(batch.goes_on[0][1].item<float>(), 0);
  EXPECT_EQ(batch.actions[1][3][1].item<float>(), log.action[log.Cell(1, 3) * 2 + 1]);
  EXPECT_EQ(batch.items[1][3][2].item<int64_t>(), log.items[log.Cell(1, 3) * 3 + 2]);
  EXPECT_EQ(batch.responses[1][0][2].item<float>(), log.responses[log.Cell(1, 0) * 3 + 2] & 1u);
  EXPECT_EQ(batch.rewards[1][2].item<float>(), log.reward[log.Cell(1, 2)]);
  const int64_t last = batch.context.size(2) - 1;
  EXPECT_EQ(batch.context[0][1][last].item<float>(), log.budget[log.Cell(0, 1)]);
}

// The last slate is 6 0 1, of which the dominant categories are computed anew.
TEST(SessionBatch, BootstrapsACutSessionFromItsOwnState) {
  const SessionBatchTestFixture f;
  SessionLog log = TwoSessions(f.dataset);
  std::fill(log.dominant.begin(), log.dominant.end(), uint8_t{1});
  log.budget_after[1] = 0.25f;
  const int64_t categories = f.dataset.num_categories();
  const auto after = [&] { return MakeSessionBatch(f.Tokens(), log).context[1][4]; };
  std::vector<uint8_t> dominant(At(categories));
  MarkDominantCategories(f.dataset, std::vector<int32_t>{6, 0, 1}, dominant);
  torch::Tensor context = after();
  for (int64_t c = 0; c < categories; ++c)
    EXPECT_EQ(context[categories + c].item<float>(), dominant[At(c)]) << c;
  EXPECT_EQ(context[2 * categories].item<float>(), 0.25f);
  // After a visit comes the start of the next one.
  log.return_days[log.Cell(1, 3)] = 2;
  context = after();
  EXPECT_EQ(context.narrow(0, categories, categories).sum().item<float>(), 0);
  EXPECT_EQ(context[2 * categories].item<float>(), 1);
}

TEST(SessionBatch, BootstrapsAtNoLimitThatTheAgentSees) {
  const SessionBatchTestFixture f;
  SessionLog log = TwoSessions(f.dataset);
  log.budget_after[1] = 0;
  const auto goes_on = [&](bool sees_budget) {
    return MakeSessionBatch(f.Tokens(), log, sees_budget).goes_on[1][3].item<float>();
  };
  EXPECT_EQ(goes_on(true), 0);
  EXPECT_EQ(goes_on(false), 1);
  log.budget_after[1] = 0.5f;
  EXPECT_EQ(goes_on(true), 1);
}

TEST(SessionBatch, SelectsRowsAndCutsThemToTheLongest) {
  const SessionBatchTestFixture f;
  const SessionBatch all = MakeSessionBatch(f.Tokens(), TwoSessions(f.dataset));
  const SessionBatch one = all.Select(std::vector<int64_t>{0});
  EXPECT_EQ(one.steps(), 2);
  EXPECT_EQ(one.tokens.size(1), f.Tokens().PastTokens(1) + 2);
  EXPECT_TRUE(torch::equal(one.actions[0], all.actions[0].narrow(0, 0, 2)));
  EXPECT_TRUE(torch::equal(one.context[0], all.context[0].narrow(0, 0, 3)));
  const SessionBatch both = all.Select(std::vector<int64_t>{1, 0});
  EXPECT_TRUE(torch::equal(both.tokens[0], all.tokens[1]));
}

TEST(SessionBatch, OfTheLogsShowsFullChunksAfterTheTokensBeforeThem) {
  const SessionBatchTestFixture f;
  for (const bool per_item : {false, true}) {
    const SessionTokens tokens = f.Tokens(per_item);
    const SessionBatch batch = MakeLoggedBatch(tokens, std::vector<int32_t>{4}, f.vectors);
    ASSERT_EQ(batch.steps(), 2);  // 7 rows: one alone, then 3 and 3
    EXPECT_EQ(batch.states[0][0].item<int64_t>(), 1);
    EXPECT_EQ(batch.states[0][1].item<int64_t>(), per_item ? 4 : 2);
    EXPECT_EQ(batch.states[0][2].item<int64_t>(), per_item ? 7 : 3);
    const int64_t begin = f.split.train_end[4] - 6;
    float liked = 0, sum = 0, all = 0;
    for (int64_t k = 0; k < 3; ++k) {
      const auto row = At(begin + k);
      EXPECT_EQ(batch.items[0][0][k].item<int64_t>(), f.dataset.items[row]);
      liked += f.dataset.responses[0][row];
      sum += static_cast<float>(f.dataset.items[row] * f.dataset.responses[0][row]);
      all += static_cast<float>(f.dataset.items[row]);
    }
    EXPECT_FLOAT_EQ(batch.rewards[0][0].item<float>(), liked / 3);
    EXPECT_FLOAT_EQ(batch.actions[0][0][0].item<float>(), liked > 0 ? sum / liked : all / 3);
    EXPECT_TRUE(batch.goes_on.equal(batch.valid));
  }
}

TEST(SessionBatch, OfTheLogsPaysForTheBehavioursWithAWeight) {
  SessionBatchTestFixture f;
  f.dataset.behaviours = {"like", "share"};
  std::vector<uint8_t> shares(f.dataset.items.size());
  for (size_t row = 0; row < shares.size(); ++row) shares[row] = row % 3 == 0;
  f.dataset.responses = {f.dataset.responses[0], Column<uint8_t>(shares)};
  const std::vector<double> weights = {0, 2};
  const SessionBatch batch =
      MakeLoggedBatch(f.Tokens(), std::vector<int32_t>{4}, f.vectors, weights);
  EXPECT_FLOAT_EQ(batch.rewards[0][0].item<float>(), 2.0f / 3);  // one row of three has a share
  for (int64_t k = 0; k < 3; ++k)
    EXPECT_EQ(batch.credit[0][0][k].item<float>(), 2.0f * shares[At(f.split.train_end[4] - 6 + k)]);
}

TEST(SessionBatch, OfTheLogsPaysByThePriceOfItems) {
  SessionBatchTestFixture f;
  f.dataset.behaviours = {"purchase", "cart"};
  std::vector<uint8_t> carts(f.dataset.items.size(), 1);
  f.dataset.responses = {f.dataset.responses[0], Column<uint8_t>(carts)};
  std::vector<float> factors(f.dataset.item_ids.size());
  for (size_t i = 0; i < factors.size(); ++i) factors[i] = 0.5f + static_cast<float>(i);
  const std::vector<double> weights = {1, 0.25};
  const SessionBatch batch =
      MakeLoggedBatch(f.Tokens(), std::vector<int32_t>{4}, f.vectors, weights, factors);
  float sum = 0;
  for (int64_t k = 0; k < 3; ++k) {
    const auto row = At(f.split.train_end[4] - 6 + k);
    const float counts = 0.25f + static_cast<float>(f.dataset.responses[0][row]);
    const float credit = factors[At(f.dataset.items[row])] * counts;
    EXPECT_FLOAT_EQ(batch.credit[0][0][k].item<float>(), credit);
    sum += credit;
  }
  EXPECT_FLOAT_EQ(batch.rewards[0][0].item<float>(), sum / 3);
}

TEST(SessionBatch, AllowsWhatEarlierVisitsShowed) {
  const SessionBatchTestFixture f;
  SessionLog log = TwoSessions(f.dataset);  // the second shows 4 5 6, 0 1 2, 3 4 5, 6 0 1
  log.exclude_history = false;
  std::fill(log.plan.begin(), log.plan.end(), uint8_t{1});
  log.return_days[log.Cell(1, 1)] = 3;
  log.gap_discount = 0.25;
  const torch::Tensor allowed = AllowedItems(f.dataset, f.split, log, 4)[1];
  const auto shown = [&](int64_t t) {
    return f.dataset.num_items() - allowed[t].sum().item<int64_t>();
  };
  EXPECT_EQ(shown(1), 3);
  EXPECT_EQ(shown(2), 0);
  EXPECT_EQ(shown(3), 3);
  EXPECT_FALSE(allowed[3][4].item<bool>());
  EXPECT_TRUE(allowed[3][0].item<bool>());
  EXPECT_EQ(MakeSessionBatch(f.Tokens(), log).goes_on[1][1].item<float>(), 0.25f);
}

}  // namespace
}  // namespace lerl
