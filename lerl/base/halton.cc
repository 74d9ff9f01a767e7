#include "lerl/base/halton.h"

#include <numeric>
#include <span>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int kPrimes[kHaltonDimensions] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37,
                                            41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89};

}  // namespace

double ScrambledHalton(uint64_t seed, int64_t n, int dimension) {
  LERL_CHECK(n >= 0 && dimension >= 0 && dimension < kHaltonDimensions);
  const int base = kPrimes[dimension];
  std::vector<int> digits(At(base));
  std::iota(digits.begin(), digits.end(), 0);
  Rng(seed, "halton digits", static_cast<uint64_t>(dimension))
      .Shuffle(std::span(digits).subspan(1));
  double x = 0, place = 1;
  for (; n > 0; n /= base) {
    place /= base;
    x += place * digits[At(n % base)];
  }
  return x;
}

}  // namespace lerl
