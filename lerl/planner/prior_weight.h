#pragma once
// PriorWeight: how much to listen to a prior (a language model) beside a learned head.
//
//   score_w(c) = w z(prior_c) + (1 - w) z(head_c),   z over the candidates of a state
//   gain(w)    = mean over states of sum_c g_c z(score_w(c))
// g_c is what category c was seen to earn beyond what was usual: the share of the slate times the
// return less b, or, from logs, the share of the next likes less their mean.
//   b = mean return at that step of a session + k (l - mean l at that step)
//   l   the head's mean over the candidates, what it expects of the state; k by least squares
// b does not depend on what was shown, so it takes away noise (some users like more than others)
// and nothing else. gain(w) is the slope of the return when the policy that was played is tilted a
// little towards score_w, all tilts of one size, so every w is judged on the same states without
// playing it. The weight is the smallest w in {0, .05, ..., 1} whose gain lies within one standard
// error of the best one, the error of their difference by sessions: a prior that does not show that
// it helps is not listened to.
//
// Reference: the one-standard-error rule, Breiman et al. 1984, Hastie et al. 2009 (7.10); the slope
// is the policy gradient, b its baseline, Williams 1992. Both applied to categories here.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"

namespace lerl {

// Scores standardised over the candidates, mixed; non-candidates get minus infinity.
std::vector<double> MixScores(double weight, std::span<const double> prior,
                              std::span<const double> head, std::span<const uint8_t> candidates);

// One state. Columns are over its candidates alone.
struct WeightSample {
  uint64_t session = 0;
  int32_t step = 0;
  std::vector<double> prior{}, head{};   // [n]
  std::vector<double> share{}, value{};  // [n] share 0: not seen
};

struct WeightChoice {
  double weight = 0;
  double best = 0;        // the w of the largest gain
  double best_gain = 0;   // and its gain
  double head_gain = 0;   // gain(0)
  double prior_gain = 0;  // gain(1)
  int64_t sessions = 0;
};

class PriorWeight {
 public:
  // Keeps the latest `capacity` samples.
  explicit PriorWeight(int64_t capacity) : capacity_(static_cast<size_t>(capacity)) {}

  void Add(WeightSample sample);
  int64_t size() const { return static_cast<int64_t>(samples_.size()); }
  // With `subtract_mean` values count beyond b.
  WeightChoice Choose(bool subtract_mean = true) const;

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  const size_t capacity_;
  std::vector<WeightSample> samples_;  // a ring once it is full
  size_t oldest_ = 0;
};

}  // namespace lerl
