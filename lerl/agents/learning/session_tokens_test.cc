#include "lerl/agents/learning/session_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

// One user, 5 rows (4 in the training part), items 0 to 4 with E_i = i; categories a (even), b
// (odd).
struct SessionTokensTestFixture {
  Dataset dataset;
  Split split;
  std::vector<float> vectors = {0, 1, 2, 3, 4};

  SessionTokensTestFixture() {
    dataset.behaviours = {"like"};
    dataset.categories = {"a", "b"};
    dataset.user_ids = {"u"};
    dataset.item_ids = {"0", "1", "2", "3", "4"};
    dataset.category_offsets = std::vector<int64_t>{0, 1, 2, 3, 4, 5};
    dataset.category_ids = std::vector<int32_t>{0, 1, 0, 1, 0};
    dataset.user_offsets = std::vector<int64_t>{0, 5};
    dataset.items = std::vector<int32_t>{4, 3, 2, 1, 0};
    dataset.responses = {Column<uint8_t>(std::vector<uint8_t>{0, 1, 0, 1, 1})};
    split.train_end = {4};
    split.valid_end = {5};
  }
};

TEST(SessionTokens, AreMeansOverTheSlateOfWhatWasShownAndWhatWasLiked) {
  const SessionTokensTestFixture f;
  const SessionTokens tokens(f.dataset, f.split, f.vectors, {.slate = 2, .past_rows = 10});
  ASSERT_EQ(tokens.width(), 2 * (1 + 2 + 1));
  std::vector<float> token(8);
  tokens.Step(std::vector<int32_t>{1, 4}, std::vector<uint32_t>{1, 0}, token);
  // shown: mean of E, categories a b, 1; liked: item 1 alone, over both places.
  EXPECT_THAT(token, ElementsAre(2.5f, 0.5f, 0.5f, 1, 0.5f, 0, 0.5f, 0.5f));
}

TEST(SessionTokens, OfThePastComeInTimeOrderAndEndAtTheTrainingPart) {
  const SessionTokensTestFixture f;
  const SessionTokens tokens(f.dataset, f.split, f.vectors, {.slate = 3, .past_rows = 10});
  EXPECT_THAT(tokens.PastChunks(0),
              ElementsAre(std::pair<int64_t, int64_t>{0, 1}, std::pair<int64_t, int64_t>{1, 4}));
  ASSERT_EQ(tokens.PastTokens(0), 3);
  std::vector<float> past(3 * 8);
  tokens.Past(0, past);
  EXPECT_THAT(std::vector<float>(past.begin(), past.begin() + 8),
              ElementsAreArray(std::vector<float>(8, 0)));
  EXPECT_FLOAT_EQ(past[8], 4);  // row 0: item 4 alone
  EXPECT_FLOAT_EQ(past[16], (3 + 2 + 1) / 3.0f);
  EXPECT_FLOAT_EQ(past[16 + 4], (3 + 1) / 3.0f);  // items 3 and 1 were liked
}

TEST(SessionTokens, PerItemAreOneTokenEachAndAverageToTheSlatesToken) {
  const SessionTokensTestFixture f;
  const SessionTokens one(f.dataset, f.split, f.vectors,
                          {.slate = 2, .past_rows = 3, .per_item = true});
  EXPECT_EQ(one.PastTokens(0), 4);
  const std::vector<int32_t> items = {1, 4};
  const std::vector<uint32_t> responses = {1, 0};
  std::vector<float> each(16);
  one.Step(items, responses, each);
  const SessionTokens slate(f.dataset, f.split, f.vectors, {.slate = 2, .past_rows = 3});
  std::vector<float> mean(8);
  slate.Step(items, responses, mean);
  for (size_t i = 0; i < 8; ++i) EXPECT_FLOAT_EQ(mean[i], (each[i] + each[8 + i]) / 2);
}

}  // namespace
}  // namespace lerl
