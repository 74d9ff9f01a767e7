#include "lerl/planner/llm/prior_weight_from_likes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/planner/llm/mix_scores.h"
#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {
namespace {

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Standard error of the mean of a - b.
double DifferenceError(const std::vector<double>& a, const std::vector<double>& b) {
  const auto count = static_cast<double>(a.size());
  const double mean = Mean(a) - Mean(b);
  double squares = 0;
  for (size_t s = 0; s < a.size(); ++s) squares += std::pow((a[s] - b[s] - mean) / count, 2);
  return std::sqrt(squares);
}

}  // namespace

double WeightFromLikes(const std::vector<LikedState>& states) {
  if (states.empty()) return 0;
  std::vector<std::vector<double>> gains(kWeightGrid + 1);  // of each w, in each state
  std::vector<double> means;
  for (size_t place = 0; place < gains.size(); ++place) {
    for (const LikedState& state : states) {
      std::vector<double> mixed =
          MixOfCandidates(static_cast<double>(place) / kWeightGrid, state.prior, state.head);
      Standardise(mixed);
      gains[place].push_back(
          std::inner_product(mixed.begin(), mixed.end(), state.value.begin(), 0.0));
    }
    means.push_back(Mean(gains[place]));
  }
  const auto best = At(std::distance(means.begin(), std::max_element(means.begin(), means.end())));
  size_t smallest = 0;
  while (means[best] - means[smallest] > DifferenceError(gains[best], gains[smallest])) ++smallest;
  return static_cast<double>(smallest) / kWeightGrid;
}

}  // namespace lerl
