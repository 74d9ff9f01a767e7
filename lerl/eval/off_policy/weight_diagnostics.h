#pragma once
// Whether a log supports an off-policy estimate, by the weights rho_n of its decisions, slates or
// sessions.
//
//   effective size   (sum rho)^2 / sum rho^2                                                  (1)
//   mean weight      1 in expectation where the logged policy can show whatever the judged can
//   tail             k = mean over the M largest of ln(rho / rho_(M + 1)),
//                    M = min(N / 5, 3 sqrt N)                                                 (2)
//
// (2) estimates the index of the tail: from 1/2 on the weights have no variance, so that errors
// shrink more slowly than 1 / sqrt N and a bootstrap is too narrow; from 1 on they have no mean.
//
// There is no estimate with too few units, below kFewestEffective, with a mean weight that is
// surely not 1, and with a tail of 1 or more. A tail above 1/2 is a warning, and so are fewer than
// kFewestRare values that differ from the most frequent one.
//
// References: Kong 1992 for (1); Hill 1975 (Annals of Statistics 3) for (2), with M as Vehtari,
// Simpson, Gelman, Yao and Gabry have it (arXiv 1507.02646).

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "lerl/eval/statistics.h"

namespace lerl {

inline constexpr int64_t kFewestUnits = 20;
inline constexpr double kFewestEffective = 50;
inline constexpr double kHeavyTail = 0.5;

struct WeightDiagnostics {
  int64_t count = 0, units = 0;
  double effective = 0;      // (1)
  Interval mean{};           // over units
  double largest = 0;        // weight
  double largest_share = 0;  // of all weight, on the largest hundredth of the weights
  double zero_share = 0;     // weights that are 0
  double tail = 0;           // (2)
  std::string refusal{};     // why there is no estimate; "" where there is one
  std::string warning{};     // "" where there is none
  // Of the values that are weighed; nothing where they are not known.
  std::optional<int64_t> rare{};
};

// unit [N] in [0, units); `what` names the things that are weighed ("decisions"). The mean is not
// held against 1 where it would not be 1 with support (`mean_is_1`).
WeightDiagnostics DiagnoseWeights(std::span<const double> weights, std::span<const int32_t> unit,
                                  int64_t units, const std::string& what, bool mean_is_1 = true);
// The same, with what their values warn of; values [N].
WeightDiagnostics DiagnoseWeighed(std::span<const double> weights, std::span<const double> values,
                                  std::span<const int32_t> unit, int64_t units,
                                  const std::string& what);

// How many of those with a weight above 0 have another value than the most frequent one. A
// bootstrap of a few rare values is too narrow, and of none has no width at all.
inline constexpr int64_t kFewestRare = 10;
int64_t CountRare(std::span<const double> weights, std::span<const double> values);

}  // namespace lerl
