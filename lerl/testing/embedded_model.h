#pragma once
// The real default language model for tests. Where its file has not been fetched, they are skipped.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "lerl/llm/llama/model_file.h"

namespace lerl {

// Expects that `scores` [rows, labels] are logarithms of probabilities that sum to 1 in each row.
inline void ExpectLogProbabilities(const std::vector<float>& scores, size_t rows, size_t labels) {
  ASSERT_EQ(scores.size(), rows * labels);
  for (size_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (size_t label = 0; label < labels; ++label) sum += std::exp(scores[row * labels + label]);
    EXPECT_NEAR(sum, 1, 1e-5);
  }
}

}  // namespace lerl

// In the body of a test: defines `path`, the path of the default model in its fast form, or skips
// the test.
#define LERL_NEED_DEFAULT_MODEL(path)                                           \
  if (!std::filesystem::exists(lerl::DefaultModelSource())) {                   \
    GTEST_SKIP() << "the default model has not been fetched; run `make setup`"; \
  }                                                                             \
  const std::filesystem::path path = lerl::ResolveModel("")
