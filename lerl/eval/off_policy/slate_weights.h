#pragma once
// Weights of slates: of K positions, drawn without replacement or each for itself.
//
//   drawn without replacement   P(a) = prod_k p(a_k) / (1 - sum_{j < k} p(a_j))                (1)
//
//   p        probabilities of the actions at the first position (Plackett-Luce)
//
// Pseudo-inverse estimator: what a slate earns is a sum over its positions and items, nothing else
// is assumed, and only the whole is observed.
//
//   PI    = 1/n sum_i R_i  q^T Gamma^+ 1_a_i,   q = E_pi 1_a,  Gamma = E_mu 1_a 1_a^T          (2)
//   1_a   [K, A] with 1 where position k has item a
//
// Where mu draws each position for itself, with the ratios m_k of the marginals of both policies,
//
//   q^T Gamma^+ 1_a = sum_k m_k - K + 1                                                        (3)
//
// References: Swaminathan et al. 2017 (arXiv 1605.04812) for (2); Su et al. 2020 (arXiv 1907.09623)
// and Vlassis et al. 2021 (NeurIPS) for (3); Plackett 1975 for (1).

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/off_policy/logged_table.h"
#include "lerl/eval/off_policy/ratio_sum.h"

namespace lerl {

// All slates of K of A items, with the probability (1) of each under two policies.
struct SlatesOfPolicies {
  std::vector<std::vector<int32_t>> slates;  // [M][K]
  std::vector<double> pi, mu;                // [M]
};
inline constexpr int64_t kMostSlates = 20000;             // M = A! / (A - K)!
int64_t CountSlates(int64_t actions, int64_t positions);  // at most kMostSlates + 1
// p of both policies, [A].
SlatesOfPolicies DrawnWithoutReplacement(std::span<const double> pi, std::span<const double> mu,
                                         int64_t positions);

// (2) for each of the slates, [M]; 0 where mu never shows it.
std::vector<double> PseudoInverseWeights(const SlatesOfPolicies& slates, int64_t actions);
// [K, A] for both policies: the probability of each item at each position.
struct SlateMarginals {
  std::vector<double> pi, mu;
};
SlateMarginals MarginalsOf(const SlatesOfPolicies& slates, int64_t actions);

// (3) from the ratios m [N] of the rows of each slate, [G].
std::vector<double> ProductFormWeights(const LoggedTable& log, std::span<const double> m);

// 1/n sum_i weight_i R_i, with weights [G] of whole slates.
RatioSum WholeSlates(const LoggedTable& log, std::span<const double> weights);

// What the rows of slates weigh that were drawn without replacement by `log.logged`, where both
// policies know all probabilities.
struct DrawnSlateWeights {
  std::vector<double> conditional;     // [N] ratio of position k given those above it
  std::vector<double> marginal;        // [N] ratio of the marginals; empty where M is too large
  std::vector<double> pseudo_inverse;  // [G] (2); empty where M is too large
};
DrawnSlateWeights WeighDrawnSlates(const LoggedTable& log, const JudgedPolicy& policy);

}  // namespace lerl
