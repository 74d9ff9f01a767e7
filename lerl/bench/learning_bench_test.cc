#include "lerl/bench/learning_bench.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(BenchLearning, RefusesAnAgentThatDoesNotLearn) {
  EXPECT_THROW(BenchLearning({.agents = {"random"}}), Error);
}

}  // namespace
}  // namespace lerl
