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
  std::vector<double> weights(candidates.size());
  double sum = 0, squares = 0;
  for (size_t i = 0; i < weights.size(); ++i)
    sum += weights[i] = static_cast<double>(scores[At(candidates[i])]);
  const double mean = sum / count;
  for (double& weight : weights) {
    weight -= mean;
    squares += weight * weight;
  }
  LERL_CHECK(std::isfinite(squares));  // and so is each of them
  const double sd = std::sqrt(squares / count);
  const double scale = sd > 0 ? 1 / sd / temperature : 0;
  for (double& weight : weights) weight *= scale;
  return weights;
}

// The weights that are left, from which one after another is taken. Their sum is kept in blocks,
// each in units of its own largest weight, and the sum of a block is made anew when one of it is
// taken. So nothing is subtracted, which would leave rounding errors where few items carry all the
// weight, and no weight that matters is too small for a double.
class WeightsLeft {
 public:
  explicit WeightsLeft(std::vector<double> log_weights)
      : log_weights_(std::move(log_weights)),
        block_(std::max<size_t>(16, At(std::lround(std::sqrt(log_weights_.size()))))),
        blocks_((log_weights_.size() + block_ - 1) / block_) {
    for (size_t b = 0; b < blocks_.size(); ++b) Sum(b);
    Weigh();
  }

  // A place, in proportion to the weights.
  size_t Draw(Rng& rng) const {
    double left = rng.Uniform() * sum_;
    size_t last = 0;
    for (size_t b = 0; b < blocks_.size(); ++b) {
      const double unit = std::exp(blocks_[b].largest - largest_), weight = unit * blocks_[b].sum;
      if (weight > 0) last = b;
      if (left < weight) return PlaceIn(b, left / unit);
      left -= weight;
    }
    return PlaceIn(last, blocks_[last].sum);  // what rounding left
  }

  // The log of the probability of a place, which is gone from then on.
  double Take(size_t place) {
    const double log_probability = log_weights_[place] - largest_ - std::log(sum_);
    log_weights_[place] = kNothing;
    Sum(place / block_);
    Weigh();
    return log_probability;
  }

 private:
  struct Block {
    double largest = kNothing;  // log weight
    double sum = 0;             // of weights over the largest
  };

  std::span<const double> Of(size_t block) const {
    const size_t begin = block * block_;
    return std::span(log_weights_).subspan(begin, std::min(block_, log_weights_.size() - begin));
  }
  void Sum(size_t block) {
    Block& sums = blocks_[block] = {};
    for (const double weight : Of(block)) sums.largest = std::max(sums.largest, weight);
    if (sums.largest == kNothing) return;
    for (const double weight : Of(block)) sums.sum += std::exp(weight - sums.largest);
  }
  void Weigh() {
    largest_ = kNothing;
    sum_ = 0;
    for (const Block& block : blocks_) largest_ = std::max(largest_, block.largest);
    if (largest_ == kNothing) return;
    for (const Block& block : blocks_) sum_ += std::exp(block.largest - largest_) * block.sum;
  }
  // The place in a block at which its weights, in its units, add up to more than `left`.
  size_t PlaceIn(size_t block, double left) const {
    const std::span<const double> weights = Of(block);
    size_t last = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      const double weight = std::exp(weights[i] - blocks_[block].largest);
      if (weight > 0) last = i;
      if (left < weight) break;
      left -= weight;
    }
    return block * block_ + last;
  }

  std::vector<double> log_weights_;  // minus infinity: taken
  const size_t block_;               // places in a block
  std::vector<Block> blocks_;
  double largest_ = kNothing, sum_ = 0;  // of all blocks
};

// Takes a place and adds its item to a slate.
void Add(WeightsLeft& weights, size_t place, int32_t item, DrawnSlate& slate) {
  const double log_probability = weights.Take(place);
  slate.items.push_back(item);
  slate.probabilities.push_back(std::exp(log_probability));
  slate.log_probabilities.push_back(log_probability);
  slate.log_probability += log_probability;
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
  WeightsLeft weights(LogWeights(scores, candidates, temperature));
  DrawnSlate slate;
  for (int k = 0; k < slate_size; ++k) {
    const size_t place = weights.Draw(rng);
    Add(weights, place, candidates[place], slate);
  }
  return slate;
}

DrawnSlate ProbabilitiesOf(std::span<const float> scores, std::span<const int32_t> candidates,
                           std::span<const int32_t> slate, double temperature) {
  LERL_CHECK(temperature > 0);
  WeightsLeft weights(LogWeights(scores, candidates, temperature));
  DrawnSlate told;
  for (const int32_t item : slate) {
    const auto found = std::ranges::find(candidates, item);
    LERL_CHECK(found != candidates.end());
    Add(weights, At(found - candidates.begin()), item, told);
  }
  return told;
}

}  // namespace lerl
