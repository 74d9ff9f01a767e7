#include "lerl/nn/dense.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"

namespace lerl {
namespace {

Arrays DenseTestArrays() {
  Arrays arrays;
  arrays["a.weight"] = Array::Of<float>({2, 3}, std::vector<float>{1, 2, 3, -1, 0, 1}.data());
  arrays["a.bias"] = Array::Of(std::vector<float>{0.5f, -4});
  return arrays;
}

TEST(Dense, IsALinearMapOfEachRow) {
  const Dense dense(DenseTestArrays(), "a", 2, 3);
  const std::vector<float> y = dense.Apply(std::vector<float>{1, 1, 1, 2, 0, -1});
  EXPECT_EQ(y, (std::vector<float>{6.5f, -4, -0.5f, -7}));
}

TEST(Dense, RefusesArraysOfAnotherShape) {
  EXPECT_THROW(Dense(DenseTestArrays(), "a", 3, 2), Error);
  EXPECT_THROW(Dense(DenseTestArrays(), "b", 2, 3), Error);
}

// By hand: h1 = relu(2 x) = (2, 0), h2 = relu(h1 - 1) = (1, 0), y = h2_0 + h2_1 + .25 = 1.25.
TEST(DenseHead, HasTwoHiddenLayersWithRelu) {
  Arrays arrays;
  const std::vector<float> twice = {2, 0, 0, 2}, same = {1, 0, 0, 1}, sum = {1, 1};
  arrays["h.0.weight"] = Array::Of<float>({2, 2}, twice.data());
  arrays["h.0.bias"] = Array::Of(std::vector<float>{0, 0});
  arrays["h.2.weight"] = Array::Of<float>({2, 2}, same.data());
  arrays["h.2.bias"] = Array::Of(std::vector<float>{-1, -1});
  arrays["h.4.weight"] = Array::Of<float>({1, 2}, sum.data());
  arrays["h.4.bias"] = Array::Of(std::vector<float>{0.25f});
  const std::vector<float> x = {1, -1};
  EXPECT_EQ(DenseHead(arrays, "h.", 2, 2, 1).Apply(x), (std::vector<float>{1.25f}));
  const float bounded = DenseHead(arrays, "h.", 2, 2, 1, /*bounded=*/true).Apply(x)[0];
  EXPECT_FLOAT_EQ(bounded, std::tanh(1.25f));
}

}  // namespace
}  // namespace lerl
