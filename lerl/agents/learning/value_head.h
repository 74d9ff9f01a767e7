#pragma once
// ValueHead: the critic V(s) of an actor-critic agent, which can be learned in units of the spread
// of returns (Pop-Art; van Hasselt et al. 2016, arXiv 1602.07714). Include from .cc files only.
//
//   V(s) = m + d v(s),     d = sqrt(q - m^2)                                                    (1)
//   m <- (1 - b) m + b mean_t R_t,     q <- (1 - b) q + b mean_t R_t^2                          (2)
//   v(s) <- (d_old v(s) + m_old - m) / d                                                        (3)
//   L = mean_t ((V(s_t) - R_t) / d)^2                                                           (4)
//
//   v(s)   what the network says
//   R_t    returns of an iteration (agents/learning/gae.h)
//   m, q   running means of returns and of their squares; the first iteration's own at the start
//   b      the setting normalise_returns; 0: m = 0 and d = 1, always
// By (3), a change of the last layer, V stays as it was when m and d move. The gradient of (4) is
// that of the squared error of (R_t - m) / d, so that one learning rate serves any reward.
//
// Differences: means are over an iteration's steps in place of one target at a time, and d has a
// floor of kSmallestSpread.

#include "lerl/base/tensor_file.h"
#include "lerl/nn/mlp.h"

namespace lerl {

class ValueHead {
 public:
  static constexpr double kSmallestSpread = 1e-4;

  ValueHead(int64_t in, int64_t hidden, double rate) : rate_(rate), mlp_(in, hidden, 1) {}

  Mlp& mlp() { return mlp_; }
  // V [...] of states [..., in].
  torch::Tensor Values(const torch::Tensor& states);
  // (2) and (3), with returns float [B, T] where valid [B, T] is 1.
  void Follow(const torch::Tensor& returns, const torch::Tensor& valid);
  // 1 / d^2, what a squared error of V counts in (4).
  double error_weight() const { return 1 / (spread() * spread()); }

  // m and q, where b is above 0; the network is saved with its owner's.
  void Save(const std::string& name, Arrays& arrays) const;
  void Load(const std::string& name, const Arrays& arrays);

 private:
  double spread() const;  // d

  const double rate_;
  Mlp mlp_;
  double mean_ = 0, square_ = 1;  // m, q
  bool started_ = false;
};

}  // namespace lerl
