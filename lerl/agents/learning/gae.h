#pragma once
// Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438, equation 16) over one
// session:
//   delta_t = r_t + gamma g_t V(s_t+1) - V(s_t)
//   A_t     = delta_t + gamma lambda g_t A_t+1
// g_t: how much goes on after step t; 0 where the user left, gap_discount between visits, 1
// elsewhere. A session that was cut (truncated) is not an end: its last step bootstraps from
// V(s_T).

#include <span>

namespace lerl {

struct GaeConfig {
  double gamma = 0.9;
  double lambda = 0.95;
};

// rewards [T], values [T + 1] (the last one is V of the state after the last step), goes_on [T] g;
// writes advantages [T] and returns [T] = advantages + values.
void Gae(std::span<const float> rewards, std::span<const float> values,
         std::span<const float> goes_on, const GaeConfig& config, std::span<float> advantages,
         std::span<float> returns);

}  // namespace lerl
