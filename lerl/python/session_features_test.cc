#include "lerl/python/session_features.h"

#include <gtest/gtest.h>

#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

TEST(SessionFeatures, SayWhatTheSessionShowedAndWhatWasLiked) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  SessionFeatures features(*world);
  features.Prepare(2);
  features.Start(1, 7);
  const int64_t categories = world->dataset.num_categories(), factors = 4;
  EXPECT_EQ(features.count(), factors + 6 * categories + 2);
  const std::vector<int32_t> items = {0, 1};
  const std::vector<uint32_t> responses = {1, 0};
  features.Observe(1, items, responses);
  std::vector<uint8_t> dominant(At(categories)), plan(At(categories), 1);
  dominant[2] = 1;
  std::vector<float> row(At(features.count()));
  features.Write(1, dominant, plan, 0.25f, row);
  // By hand: two items were shown, the first one liked.
  for (int64_t c = 0; c < categories; ++c) {
    float shown = 0, liked = 0;
    for (const int32_t item : items) {
      for (const int32_t of_item : world->dataset.CategoriesOf(item)) {
        if (of_item != c) continue;
        shown += 0.5f;
        liked += item == 0 ? 0.5f : 0;
      }
    }
    EXPECT_FLOAT_EQ(row[At(factors + 2 * categories + c)], shown);
    EXPECT_FLOAT_EQ(row[At(factors + 3 * categories + c)], liked);
    EXPECT_FLOAT_EQ(row[At(factors + 4 * categories + c)], c == 2 ? 1 : 0);
    EXPECT_FLOAT_EQ(row[At(factors + 5 * categories + c)], 1);
  }
  EXPECT_FLOAT_EQ(row[0], world->factors.model.user_factors[7 * 4]);
  EXPECT_FLOAT_EQ(row[row.size() - 2], 0.25f);
  EXPECT_FLOAT_EQ(row.back(), 0.5f);
  // A new session in the slot knows nothing of the one before.
  features.Start(1, 7);
  features.Write(1, dominant, plan, 1, row);
  EXPECT_FLOAT_EQ(row.back(), 0);
}

}  // namespace
}  // namespace lerl
