#include "lerl/eval/off_policy/weight_diagnostics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/eval/off_policy/ratio_sum.h"

namespace lerl {
namespace {

// How far the mean weight may be from 1 by rounding, and from half the width of an interval of 95%
// to half that of one of 99.9%.
constexpr double kRoundingOfWeights = 1e-3;
constexpr double kTo999 = 3.29 / 1.96;

// (2) of weights in falling order.
double TailOf(const std::vector<double>& falling) {
  const double count = static_cast<double>(falling.size());
  const size_t most = At(static_cast<int64_t>(std::min(count / 5, 3 * std::sqrt(count))));
  if (most < 5 || falling[most] <= 0) return 0;
  double sum = 0;
  for (size_t m = 0; m < most; ++m) sum += std::log(falling[m] / falling[most]);
  return sum / static_cast<double>(most);
}

// The mean over units, with its interval by the normal distribution.
Interval MeanWeight(std::span<const double> weights, std::span<const int32_t> unit, int64_t units) {
  SessionValues values;
  values.numerator.assign(At(units), 0);
  values.denominator.assign(At(units), 0);
  for (size_t n = 0; n < weights.size(); ++n) {
    values.numerator[At(unit[n])] += weights[n];
    values.denominator[At(unit[n])] += 1;
  }
  return UsersOnlyInterval(MakeCrossedTable({values}));
}

std::string Text(const char* format, auto... values) {
  char text[320];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string RefusalOf(const WeightDiagnostics& found, const std::string& what, bool mean_is_1) {
  if (found.effective < kFewestEffective)
    return Text(
        "the log says as much as %.1f %s of the policy's own, and at least %.0f are needed; the "
        "two policies differ too much for a log of this size",
        found.effective, what.c_str(), kFewestEffective);
  const double apart = kTo999 * (found.mean.high - found.mean.low) / 2 + kRoundingOfWeights;
  if (mean_is_1 && std::abs(found.mean.mean - 1) > apart)
    return Text(
        "the mean weight is %.3f [%.3f, %.3f] and would be 1 if the logged policy could show all "
        "that this one can; there is no support for the rest",
        found.mean.mean, found.mean.low, found.mean.high);
  if (found.tail >= 1)
    return Text("the largest weights fall so slowly (tail %.2f) that they have no mean",
                found.tail);
  return "";
}

}  // namespace

WeightDiagnostics DiagnoseWeights(std::span<const double> weights, std::span<const int32_t> unit,
                                  int64_t units, const std::string& what, bool mean_is_1) {
  LERL_CHECK_EQ(weights.size(), unit.size());
  WeightDiagnostics found{.count = std::ssize(weights), .units = units};
  if (units < kFewestUnits) {
    found.refusal = Text("there are %lld units, and at least %lld are needed",
                         static_cast<long long>(units), static_cast<long long>(kFewestUnits));
    if (units < 2) return found;
  }
  std::vector<double> falling(weights.begin(), weights.end());
  std::ranges::sort(falling, std::greater<>());
  const double sum = std::accumulate(falling.begin(), falling.end(), 0.0);
  const double squares = std::inner_product(falling.begin(), falling.end(), falling.begin(), 0.0);
  const size_t hundredth = (falling.size() + 99) / 100;
  found.effective = squares > 0 ? sum * sum / squares : 0;
  found.mean = MeanWeight(weights, unit, units);
  found.largest = falling.front();
  if (sum > 0)
    found.largest_share =
        std::accumulate(falling.begin(), falling.begin() + static_cast<int64_t>(hundredth), 0.0) /
        sum;
  found.zero_share =
      static_cast<double>(std::ranges::count(falling, 0.0)) / static_cast<double>(falling.size());
  found.tail = TailOf(falling);
  if (found.refusal.empty()) found.refusal = RefusalOf(found, what, mean_is_1);
  if (found.tail > kHeavyTail)
    found.warning =
        Text("heavy weights (tail %.2f above .5): intervals are too narrow", found.tail);
  return found;
}

int64_t CountRare(std::span<const double> weights, std::span<const double> values) {
  LERL_CHECK_EQ(weights.size(), values.size());
  std::vector<double> weighed;
  for (size_t n = 0; n < weights.size(); ++n)
    if (weights[n] > 0) weighed.push_back(values[n]);
  std::ranges::sort(weighed);
  int64_t most = 0, run = 0;
  for (size_t n = 0; n < weighed.size(); ++n) {
    run = n > 0 && weighed[n] == weighed[n - 1] ? run + 1 : 1;
    most = std::max(most, run);
  }
  return std::ssize(weighed) - most;
}

WeightDiagnostics DiagnoseWeighed(std::span<const double> weights, std::span<const double> values,
                                  std::span<const int32_t> unit, int64_t units,
                                  const std::string& what) {
  WeightDiagnostics found = DiagnoseWeights(weights, unit, units, what);
  found.rare = CountRare(weights, values);
  if (*found.rare < kFewestRare)
    found.warning += Text(
        "%sonly %lld %s that count have another reward than most: intervals of "
        "the bootstrap are too narrow",
        found.warning.empty() ? "" : "; ", static_cast<long long>(*found.rare), what.c_str());
  return found;
}

}  // namespace lerl
