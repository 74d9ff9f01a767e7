#include "lerl/agents/learning/priorities.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {

Priorities::Priorities(int64_t places, double exponent, double floor)
    : exponent_(exponent), floor_(floor), p_(At(places)), tree_(places) {
  LERL_CHECK(exponent > 0);
  LERL_CHECK(floor > 0);
}

void Priorities::SetPriority(int64_t place, double p) {
  p_[At(place)] = p;
  largest_ = std::max(largest_, p);
  tree_.Set(place, p > 0 ? std::pow(p, exponent_) : 0);
}

void Priorities::Enter(int64_t place) { SetPriority(place, largest_); }

void Priorities::Set(int64_t place, double error) {
  LERL_CHECK(error >= 0);
  SetPriority(place, error + floor_);
}

double Priorities::Of(int64_t place) const { return p_[At(place)]; }

double Priorities::ChanceOf(int64_t place) const { return tree_.Leaf(place) / tree_.total(); }

std::vector<int64_t> Priorities::Draw(int64_t count, Rng& rng) const {
  const double part = tree_.total() / static_cast<double>(count);
  std::vector<int64_t> places(At(count));
  for (int64_t n = 0; n < count; ++n)
    places[At(n)] = tree_.Find((static_cast<double>(n) + rng.Uniform()) * part);
  return places;
}

std::vector<float> Priorities::Weights(std::span<const int64_t> minibatch, double beta) const {
  double least = 1;
  for (const int64_t place : minibatch) least = std::min(least, ChanceOf(place));
  std::vector<float> weights;
  for (const int64_t place : minibatch)
    weights.push_back(static_cast<float>(std::pow(least / ChanceOf(place), beta)));
  return weights;
}

void Priorities::Save(const std::string& prefix, Arrays& arrays) const {
  arrays[prefix + "priorities"] = Array::Of(p_);
  arrays[prefix + "largest_priority"] = Array::Of(std::vector<double>{largest_});
}

void Priorities::Load(const std::string& prefix, const Arrays& arrays) {
  const std::vector<double> stored =
      ReadValues<double>(arrays, prefix + "priorities", {std::ssize(p_)}, {0});
  for (size_t place = 0; place < stored.size(); ++place)
    SetPriority(static_cast<int64_t>(place), stored[place]);
  largest_ = ReadValue<double>(arrays, prefix + "largest_priority", {0});
}

}  // namespace lerl
