#include "lerl/agents/user_models/behaviour_entropy.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

// Items 0, 1 of category a, 2 of b, 3 of c; a log of one user: 0 2 1 3 0 1, categories a b a c a a.
Dataset BehaviourEntropyTestFourItems() {
  Dataset dataset;
  dataset.item_ids = {"0", "1", "2", "3"};
  dataset.categories = {"a", "b", "c"};
  dataset.category_offsets = std::vector<int64_t>{0, 1, 2, 3, 4};
  dataset.category_ids = std::vector<int32_t>{0, 0, 1, 2};
  return dataset;
}

const TrainingRows kRows{.users = {0, 0, 0, 0, 0, 0, 1},
                         .items = {0, 2, 1, 3, 0, 1, 2},
                         .responses = {1, 1, 1, 1, 1, 1, 1}};

// After a come b, c and a: the whole log 3 of 3 categories. After {a, b}: c (b a c) and a (a b a).
TEST(BehaviourEntropy, IsThatOfWhatTheLogShowsNext) {
  const Dataset dataset = BehaviourEntropyTestFourItems();
  const BehaviourEntropy entropy(dataset, kRows, {.categories = true});
  EXPECT_NEAR(entropy.OfKey(0, BehaviourEntropy::kNone), 1, 1e-12);
  EXPECT_NEAR(entropy.OfKey(1, BehaviourEntropy::kNone), 0, 1e-12);
  EXPECT_NEAR(entropy.OfKey(1, 0), std::log(2.0) / std::log(3.0), 1e-12);
  EXPECT_EQ(entropy.OfKey(0, 1), entropy.OfKey(1, 0));
  EXPECT_EQ(entropy.OfKey(1, 2), 0) << "never seen";
}

TEST(BehaviourEntropy, OfASlateIsTheMeanOverItsItemsAndPairs) {
  const Dataset dataset = BehaviourEntropyTestFourItems();
  const BehaviourEntropy entropy(dataset, kRows, {.categories = true});
  const std::vector<int32_t> slate = {0, 2}, before = {1, 3};
  const auto none = BehaviourEntropy::kNone;
  EXPECT_NEAR(entropy.Of(slate, {}), (entropy.OfKey(0, none) + entropy.OfKey(1, none)) / 2, 1e-12);
  const double pairs =
      entropy.OfKey(0, 0) + entropy.OfKey(0, 2) + entropy.OfKey(1, 0) + entropy.OfKey(1, 2);
  EXPECT_NEAR(entropy.Of(slate, before), entropy.Of(slate, {}) + pairs / 4, 1e-12);
}

TEST(BehaviourEntropy, PublishedCodeGivesTheMostToWhatWasNeverSeen) {
  const Dataset dataset = BehaviourEntropyTestFourItems();
  const BehaviourEntropy entropy(dataset, kRows, {.categories = false, .published = true});
  EXPECT_EQ(entropy.OfKey(2, 3), 1);
  EXPECT_EQ(entropy.OfKey(2, BehaviourEntropy::kNone), 1) << "item 1 alone came next";
  EXPECT_NEAR(entropy.OfKey(0, BehaviourEntropy::kNone), 1, 1e-12) << "items 2 and 1, once each";
}

}  // namespace
}  // namespace lerl
