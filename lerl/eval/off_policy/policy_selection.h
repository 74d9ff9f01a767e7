#pragma once
// Selection: which of several policies to serve, by what a log says of them, and how well that was
// chosen where the truth is known.
//
//   regret at k    sum of the k best true values - sum of the true values of the k ranked first (1)
//   type I error   share of the policies of at least `safe` that were said to be below it       (2)
//   type II error  share of the policies below `safe` that were said to be at least it          (3)
//
// A policy is *said* to be of at least `safe` by its estimate, or by the lower end of its interval.
//
// What a policy earns at worst is read off the distribution of returns R_i under it:
//
//   F(r)           = sum_i w_i [R_i <= r] / sum_i w_i                                           (4)
//   lower quartile   the smallest r with F(r) >= 1/4
//   CVaR at alpha    mean of the lowest share alpha of F: of the value at the border, the part that
//                    is missing                                                                 (5)
//
// References: Kiyohara et al. 2023 (arXiv 2311.18206, SCOPE-RL) for (1) to (3); Chandak et al. 2021
// (arXiv 2104.12820) for (4); Rockafellar and Uryasev 2000 for (5).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lerl {

struct RankedPolicy {
  std::string name{};
  std::optional<double> estimate{}, low{};  // and the lower end of its interval
  std::optional<double> truth{};
  std::optional<double> ranked_at{};  // by which it is ranked; otherwise its estimate
};

struct SelectionQuality {
  std::vector<size_t> ranking{};             // policies with an estimate, best first
  std::vector<double> regret{};              // [P] (1) at k = 1 .. P; empty without all truths
  std::optional<double> rank_correlation{};  // Spearman's; of two policies or more
  std::optional<double> squared_error{};     // mean over policies of (estimate - truth)^2
  // (2), (3) by the estimate and by the lower end; nothing where no policy could show it.
  std::optional<double> type1{}, type2{}, type1_low{}, type2_low{};
};

// Policies without an estimate are left out. `safe` as above, nothing without.
SelectionQuality JudgeSelection(std::span<const RankedPolicy> policies, std::optional<double> safe);

// (4), whose weights are at least 0 and not all 0.
struct ReturnsAtWorst {
  double lower_quartile = 0, cvar = 0;
};
ReturnsAtWorst AtWorst(std::span<const double> returns, std::span<const double> weights,
                       double alpha);

// [P] in which share of the resamples each policy is the best; [P][resamples].
std::vector<double> ShareBest(const std::vector<std::vector<double>>& resampled);

}  // namespace lerl
