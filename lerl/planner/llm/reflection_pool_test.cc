#include "lerl/planner/llm/reflection_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace lerl {
namespace {

TEST(ReflectionPool, ProbabilitiesAreTheSoftmaxOverStandardScores) {
  ReflectionPool pool({.capacity = 10});
  pool.Add({"a", 1});
  pool.Add({"b", 3});
  // Mean 2, sd 1: exp(-1) and exp(1).
  const std::vector<double> p = pool.Probabilities();
  EXPECT_NEAR(p[0], 1 / (1 + std::exp(2)), 1e-12);
  EXPECT_NEAR(p[0] + p[1], 1, 1e-12);
}

TEST(ReflectionPool, DrawsEqualScoresEquallyOften) {
  ReflectionPool pool({.capacity = 10});
  for (const char* text : {"a", "b", "c", "d"}) pool.Add({text, -5});
  for (const double p : pool.Probabilities()) EXPECT_DOUBLE_EQ(p, 0.25);
}

TEST(ReflectionPool, FrequenciesFollowTheSoftmaxWithoutReplacement) {
  ReflectionPool pool({.capacity = 10});
  const std::vector<double> scores = {0, 1, 2, 4};
  for (size_t i = 0; i < scores.size(); ++i) pool.Add({std::string(1, char('a' + i)), scores[i]});
  const std::vector<double> p = pool.Probabilities();
  constexpr int kDraws = 20000;
  std::map<std::string, int> pairs;
  Rng rng(7, "test");
  for (int draw = 0; draw < kDraws; ++draw) {
    const std::vector<Reflection> sample = pool.Sample(2, rng);
    ASSERT_EQ(sample.size(), 2U);
    ++pairs[sample[0].text + sample[1].text];
  }
  for (size_t i = 0; i < 4; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      const std::string pair = {char('a' + i), char('a' + j)};
      const double expected = i == j ? 0 : p[i] * p[j] / (1 - p[i]);
      const double sd = std::sqrt(expected * (1 - expected) / kDraws);
      EXPECT_NEAR(pairs[pair] / double{kDraws}, expected, 4 * sd + 1e-9) << pair;
    }
  }
}

TEST(ReflectionPool, DrawsNoMoreThanItHas) {
  ReflectionPool pool({.capacity = 10});
  Rng rng(1);
  EXPECT_TRUE(pool.Sample(3, rng).empty());
  pool.Add({"a", 1});
  EXPECT_EQ(pool.Sample(3, rng).size(), 1U);
}

TEST(ReflectionPool, LetsTheLowestScoreLeaveWhenFull) {
  ReflectionPool pool({.capacity = 2});
  EXPECT_TRUE(pool.Add({"a", 5}));
  EXPECT_TRUE(pool.Add({"b", 1}));
  EXPECT_FALSE(pool.Add({"worse", 0}));
  EXPECT_TRUE(pool.Add({"c", 2}));
  EXPECT_TRUE(pool.Contains("a"));
  EXPECT_FALSE(pool.Contains("b"));
  EXPECT_FALSE(pool.Add({"c", 9}));  // repeated
}

// Scores 1 and 3 at alpha = .6: the odds are exp(.6 (3 - 1)) = exp(1.2).
TEST(ReflectionPool, AGivenAlphaWeighsScoresAsTheyAre) {
  ReflectionPool pool({.capacity = 10, .alpha = 0.6});
  pool.Add({"a", 1});
  pool.Add({"b", 3});
  const std::vector<double> p = pool.Probabilities();
  EXPECT_NEAR(p[1] / p[0], std::exp(1.2), 1e-9);
  EXPECT_NEAR(p[0] + p[1], 1, 1e-12);
}

TEST(ReflectionPool, LetsTheOldestLeaveAsThePublicCodeDoes) {
  ReflectionPool pool({.capacity = 2, .oldest_leaves = true});
  for (const auto& [text, score] : std::vector<Reflection>{{"a", 5}, {"b", 1}, {"worst", 0}})
    EXPECT_TRUE(pool.Add({text, score}));
  EXPECT_FALSE(pool.Contains("a"));  // the best, and the oldest
  EXPECT_TRUE(pool.Contains("b"));
  EXPECT_TRUE(pool.Contains("worst"));
  EXPECT_FALSE(pool.Add({"b", 9}));  // repeated
}

}  // namespace
}  // namespace lerl
