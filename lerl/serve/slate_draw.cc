#include "lerl/serve/slate_draw.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr double kNothing = -std::numeric_limits<double>::infinity();  // log 0

// z_i / tau of every candidate, in their order.
std::vector<double> LogWeights(std::span<const float> scores, std::span<const int32_t> candidates,
                               double temperature) {
  const auto count = static_cast<double>(candidates.size());
  double sum = 0, squares = 0;
  for (const int32_t item : candidates) sum += static_cast<double>(scores[At(item)]);
  const double mean = sum / count;
  std::vector<double> weights;
  weights.reserve(candidates.size());
  for (const int32_t item : candidates) {
    const double apart = static_cast<double>(scores[At(item)]) - mean;
    LERL_CHECK(std::isfinite(apart));
    squares += apart * apart;
    weights.push_back(apart);
  }
  const double sd = std::sqrt(squares / count);
  for (double& weight : weights) weight = sd > 0 ? weight / sd / temperature : 0;
  return weights;
}

// Equations (1) and (2) for the slate that stands at `places` of the weights. The sums are taken
// from the slate's end: all that it leaves out, then one item after another. So nothing is
// subtracted, which would leave rounding errors where few items carry all the weight.
void FillProbabilities(std::span<const double> weights, std::span<const size_t> places,
                       DrawnSlate& slate) {
  std::vector<uint8_t> taken(weights.size(), 0);
  for (const size_t place : places) taken[place] = 1;
  double largest = kNothing, sum = 0;
  for (size_t i = 0; i < weights.size(); ++i)
    if (taken[i] == 0) largest = std::max(largest, weights[i]);
  for (size_t i = 0; i < weights.size(); ++i)
    if (taken[i] == 0) sum += std::exp(weights[i] - largest);
  double left = sum > 0 ? largest + std::log(sum) : kNothing;
  slate.probabilities.resize(places.size());
  slate.log_probabilities.resize(places.size());
  slate.log_probability = 0;
  for (size_t k = places.size(); k-- > 0;) {
    left = LogAdd(left, weights[places[k]]);
    const double log_p = weights[places[k]] - left;
    slate.probabilities[k] = std::exp(log_p);
    slate.log_probabilities[k] = log_p;
    slate.log_probability += log_p;
  }
}

}  // namespace

double LogAdd(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kNothing ? a : a + std::log1p(std::exp(b - a));
}

DrawnSlate DrawSlate(std::span<const float> scores, std::span<const int32_t> candidates,
                     int slate_size, double temperature, Rng& rng) {
  LERL_CHECK(temperature > 0);
  LERL_CHECK_GE(std::ssize(candidates), slate_size);
  const std::vector<double> weights = LogWeights(scores, candidates, temperature);
  // 1. The top K with noise, equation (3).
  std::vector<std::pair<double, size_t>> best;  // ascending: the first is the next to go
  for (size_t i = 0; i < weights.size(); ++i) {
    const double noisy = weights[i] - std::log(-std::log1p(-rng.Uniform()));
    if (std::ssize(best) == slate_size) {
      if (noisy <= best.front().first) continue;
      best.erase(best.begin());
    }
    const std::pair<double, size_t> entry(noisy, i);
    best.insert(std::ranges::upper_bound(best, entry), entry);
  }
  // 2. The slate and how likely it was.
  DrawnSlate slate;
  std::vector<size_t> places;
  for (size_t k = best.size(); k-- > 0;) {
    places.push_back(best[k].second);
    slate.items.push_back(candidates[best[k].second]);
  }
  FillProbabilities(weights, places, slate);
  return slate;
}

DrawnSlate ProbabilitiesOf(std::span<const float> scores, std::span<const int32_t> candidates,
                           std::span<const int32_t> slate, double temperature) {
  LERL_CHECK(temperature > 0);
  std::vector<size_t> places;
  for (const int32_t item : slate) {
    const auto found = std::ranges::find(candidates, item);
    LERL_CHECK(found != candidates.end());
    places.push_back(At(found - candidates.begin()));
  }
  DrawnSlate told{.items = {slate.begin(), slate.end()}};
  FillProbabilities(LogWeights(scores, candidates, temperature), places, told);
  return told;
}

}  // namespace lerl
