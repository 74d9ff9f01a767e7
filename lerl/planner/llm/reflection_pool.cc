#include "lerl/planner/llm/reflection_pool.h"

#include <algorithm>
#include <cmath>

namespace lerl {

bool ReflectionPool::Contains(const std::string& text) const {
  return std::any_of(reflections_.begin(), reflections_.end(),
                     [&](const Reflection& other) { return other.text == text; });
}

bool ReflectionPool::Add(Reflection reflection) {
  if (Contains(reflection.text)) return false;
  if (std::ssize(reflections_) < options_.capacity) {
    reflections_.push_back(std::move(reflection));
    return true;
  }
  if (options_.oldest_leaves) {
    reflections_.erase(reflections_.begin());
    reflections_.push_back(std::move(reflection));
    return true;
  }
  const auto lowest =
      std::min_element(reflections_.begin(), reflections_.end(),
                       [](const Reflection& a, const Reflection& b) { return a.score < b.score; });
  if (lowest->score > reflection.score) return false;
  reflections_.erase(lowest);
  reflections_.push_back(std::move(reflection));
  return true;
}

std::vector<double> ReflectionPool::Probabilities() const {
  const auto count = static_cast<double>(reflections_.size());
  double mean = 0, squares = 0, largest = 0;
  for (const Reflection& reflection : reflections_) mean += reflection.score / count;
  for (const Reflection& reflection : reflections_) {
    squares += (reflection.score - mean) * (reflection.score - mean) / count;
    largest = std::max(largest, reflection.score - mean);
  }
  double alpha = squares > 1e-12 ? 1 / std::sqrt(squares) : 0;
  if (options_.alpha > 0) alpha = options_.alpha;
  std::vector<double> probabilities;
  double sum = 0;
  for (const Reflection& reflection : reflections_) {
    probabilities.push_back(std::exp(alpha * (reflection.score - mean - largest)));
    sum += probabilities.back();
  }
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

std::vector<Reflection> ReflectionPool::Sample(int64_t count, Rng& rng) const {
  std::vector<double> weights = Probabilities();
  std::vector<Reflection> drawn;
  while (std::ssize(drawn) < count && drawn.size() < reflections_.size()) {
    double left = 0;
    for (const double weight : weights) left += weight;
    double place = rng.Uniform() * left;
    size_t chosen = weights.size();
    for (size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] <= 0) continue;
      chosen = i;
      if ((place -= weights[i]) < 0) break;
    }
    if (chosen == weights.size()) break;  // the weights that are left are too small for a double
    drawn.push_back(reflections_[chosen]);
    weights[chosen] = 0;
  }
  return drawn;
}

}  // namespace lerl
