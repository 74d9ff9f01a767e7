#include "lerl/planner/llm/prior_weight.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {
namespace {

std::vector<double> Mix(double weight, std::vector<double> prior, std::vector<double> head) {
  Standardise(prior);
  Standardise(head);
  for (size_t c = 0; c < head.size(); ++c) head[c] = weight * prior[c] + (1 - weight) * head[c];
  return head;
}

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

std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates) {
  std::vector<double> some_prior, some_head;
  for (size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c] == 0) continue;
    some_prior.push_back(prior[c]);
    some_head.push_back(head[c]);
  }
  const std::vector<double> mixed = Mix(weight, std::move(some_prior), std::move(some_head));
  std::vector<double> scores(candidates.size(), -std::numeric_limits<double>::infinity());
  size_t next = 0;
  for (size_t c = 0; c < candidates.size(); ++c) {
    if (candidates[c] != 0) scores[c] = mixed[next++];
  }
  return scores;
}

double WeightFromLikes(const std::vector<LikedState>& states) {
  if (states.empty()) return 0;
  std::vector<std::vector<double>> gains(kWeightGrid + 1);  // of each w, in each state
  std::vector<double> means;
  for (size_t place = 0; place < gains.size(); ++place) {
    for (const LikedState& state : states) {
      std::vector<double> mixed =
          Mix(static_cast<double>(place) / kWeightGrid, state.prior, state.head);
      Standardise(mixed);
      gains[place].push_back(
          std::inner_product(mixed.begin(), mixed.end(), state.value.begin(), 0.0));
    }
    means.push_back(Mean(gains[place]));
  }
  const auto best = static_cast<size_t>(
      std::distance(means.begin(), std::max_element(means.begin(), means.end())));
  size_t smallest = 0;
  while (means[best] - means[smallest] > DifferenceError(gains[best], gains[smallest])) ++smallest;
  return static_cast<double>(smallest) / kWeightGrid;
}

}  // namespace lerl
