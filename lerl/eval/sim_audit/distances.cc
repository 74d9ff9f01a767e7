#include "lerl/eval/sim_audit/distances.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Calls visit(gap, width) for each stretch between neighbouring values, where the distribution
// functions differ by `gap`.
template <typename Visit>
void ForGaps(std::vector<double>& x, std::vector<double>& y, const Visit& visit) {
  std::ranges::sort(x);
  std::ranges::sort(y);
  size_t i = 0, j = 0;
  while (i < x.size() || j < y.size()) {
    const double at = i == x.size() ? y[j] : j == y.size() ? x[i] : std::min(x[i], y[j]);
    while (i < x.size() && x[i] <= at) ++i;
    while (j < y.size() && y[j] <= at) ++j;
    double next = at;
    if (i < x.size()) next = x[i];
    if (j < y.size()) next = i < x.size() ? std::min(next, y[j]) : y[j];
    visit(std::abs(static_cast<double>(i) / static_cast<double>(x.size()) -
                   static_cast<double>(j) / static_cast<double>(y.size())),
          next - at);
  }
}

// Shares of the whole numbers below `count`.
std::vector<double> Shares(const std::vector<double>& values, size_t count) {
  std::vector<double> shares(count);
  for (const double value : values)
    shares[static_cast<size_t>(value)] += 1 / static_cast<double>(values.size());
  return shares;
}

size_t CountOf(const std::vector<double>& x, const std::vector<double>& y) {
  return static_cast<size_t>(std::max(std::ranges::max(x), std::ranges::max(y))) + 1;
}

double Bits(const std::vector<double>& shares) {
  double bits = 0;
  for (const double share : shares)
    if (share > 0) bits -= share * std::log2(share);
  return bits;
}

}  // namespace

double KolmogorovSmirnov(std::vector<double> x, std::vector<double> y) {
  if (x.empty() || y.empty()) return kNone;
  double most = 0;
  ForGaps(x, y, [&](double gap, double) { most = std::max(most, gap); });
  return most;
}

double Wasserstein(std::vector<double> x, std::vector<double> y) {
  if (x.empty() || y.empty()) return kNone;
  double area = 0;
  ForGaps(x, y, [&](double gap, double width) { area += gap * width; });
  return area;
}

double TotalVariation(const std::vector<double>& x, const std::vector<double>& y) {
  if (x.empty() || y.empty()) return kNone;
  const size_t count = CountOf(x, y);
  const std::vector<double> p = Shares(x, count), q = Shares(y, count);
  double sum = 0;
  for (size_t k = 0; k < count; ++k) sum += std::abs(p[k] - q[k]);
  return sum / 2;
}

double JensenShannon(const std::vector<double>& x, const std::vector<double>& y) {
  if (x.empty() || y.empty()) return kNone;
  const size_t count = CountOf(x, y);
  const std::vector<double> p = Shares(x, count), q = Shares(y, count);
  std::vector<double> middle;
  for (size_t k = 0; k < count; ++k) middle.push_back((p[k] + q[k]) / 2);
  return Bits(middle) - (Bits(p) + Bits(q)) / 2;
}

}  // namespace lerl
