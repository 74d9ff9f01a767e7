#include "lerl/nn/blas_kernels.h"

#include <cblas.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <vector>

namespace lerl {
namespace {

using ::testing::Ne;

TEST(BlasKernels, AreThoseOfTheProcessorThoughOpenBlasDoesNotKnowIt) {
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr) GTEST_SKIP() << "they are set by hand";
  UseKernelsOfThisProcessor();
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "SSE is all that it has";
  EXPECT_THAT(BlasKernels(), Ne("Prescott"));
  EXPECT_EQ(std::getenv("OPENBLAS_CORETYPE"), nullptr);
}

TEST(BlasKernels, MultiplyAsBeforeWhenTheyWereChosenTwice) {
  UseKernelsOfThisProcessor();
  const std::string kernels = BlasKernels();
  UseKernelsOfThisProcessor();
  EXPECT_EQ(BlasKernels(), kernels);
  // A row of ones times a matrix of twos: 2 k in each place.
  constexpr int kRows = 70, kInner = 33, kColumns = 50;
  const std::vector<float> a(kRows * kInner, 1), b(kInner * kColumns, 2);
  std::vector<float> c(kRows * kColumns);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kRows, kColumns, kInner, 1, a.data(),
              kInner, b.data(), kColumns, 0, c.data(), kColumns);
  for (const float value : c) ASSERT_EQ(value, 2 * kInner);
}

}  // namespace
}  // namespace lerl
