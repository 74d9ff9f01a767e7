#pragma once
// Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438, equation 16) over one
// session of T steps:
//
//   delta_t = r_t + gamma g_t V(s_t+1) - V(s_t)                                                (1)
//   A_t     = delta_t + gamma lambda g_t A_t+1,     A_T = 0                                    (2)
//   R_t     = A_t + V(s_t)                                                                     (3)
//
//   r_t, V   reward of step t, value of a state; s_T is the state after the last step
//   g_t      how much goes on after step t: 0 where the user left, gap_discount between visits, 1
//            elsewhere
// A session that was cut (truncated) is not an end: its last step bootstraps from V(s_T). The
// exception is a limit that the agent sees coming, as the budget is part of its state: there g_t is
// 0 (SessionLog::Continuation).

#include <span>

namespace lerl {

struct GaeConfig {
  double gamma = 0.9;
  double lambda = 0.95;
};

// Reads rewards r [T], values V [T + 1] and goes_on g [T]; writes advantages A [T] and returns
// R [T]. Other lengths fail a check.
void Gae(std::span<const float> rewards, std::span<const float> values,
         std::span<const float> goes_on, const GaeConfig& config, std::span<float> advantages,
         std::span<float> returns);

}  // namespace lerl
