#pragma once
// Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438, equation 16) over one
// session:
//   delta_t = r_t + gamma (1 - d_t) V(s_t+1) - V(s_t)         d_t: the user left at step t
//   A_t     = delta_t + gamma lambda (1 - d_t) A_t+1
// A session that was cut (truncated) is not an end: its last step bootstraps from V(s_T).

#include <span>

namespace lerl {

struct GaeConfig {
  double gamma = 0.9;
  double lambda = 0.95;
};

// rewards [T], values [T + 1] (the last one is V of the state after the last step); writes
// advantages [T] and returns [T] = advantages + values.
void Gae(std::span<const float> rewards, std::span<const float> values, bool terminated,
         const GaeConfig& config, std::span<float> advantages, std::span<float> returns);

}  // namespace lerl
