#include "lerl/eval/off_policy/estimate_list.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace lerl {
namespace {

TermBounds Product(double low, double high, double other_low, double other_high) {
  const auto [least, most] =
      std::minmax({low * other_low, low * other_high, high * other_low, high * other_high});
  return {least, most};
}

// The same sum with units in at most kMostResampledUnits groups.
RatioSum Pooled(const RatioSum& sum) {
  const int64_t groups = std::min(sum.units(), kMostResampledUnits);
  RatioSum pooled(groups, sum.parts);
  for (int64_t unit = 0; unit < sum.units(); ++unit)
    for (int64_t part = 0; part < sum.parts; ++part) {
      const size_t cell = At(unit * sum.parts + part);
      pooled.Add(unit % groups, part, sum.numerator[cell], sum.denominator[cell]);
    }
  return pooled;
}

// What a unit may add to the mean: as many terms as the largest unit has.
TermBounds OfUnits(const RatioSum& sum, TermBounds bounds) {
  const double largest = *std::ranges::max_element(sum.denominator);
  double all = 0;
  for (const double count : sum.denominator) all += count;
  const double scale = largest * static_cast<double>(sum.units()) / all;
  return {std::min(0.0, bounds.low) * scale, std::max(0.0, bounds.high) * scale};
}

}  // namespace

TermBounds BoundsOfWeighted(double most, RewardRange rewards) {
  return Product(0, most, rewards.low, rewards.high);
}

TermBounds BoundsOfCorrected(double most, RewardRange rewards, RewardRange modelled) {
  const TermBounds correction =
      Product(0, most, rewards.low - modelled.high, rewards.high - modelled.low);
  return {modelled.low + correction.low, modelled.high + correction.high};
}

TermBounds BoundsOfSession(double most, RewardRange rewards, int64_t steps, double gamma,
                           bool whole) {
  TermBounds bounds;
  double discount = 1, weight = whole ? std::pow(most, static_cast<double>(steps)) : most;
  for (int64_t t = 0; t < steps; ++t, discount *= gamma) {
    const TermBounds term = BoundsOfWeighted(discount * weight, rewards);
    bounds = {bounds.low + term.low, bounds.high + term.high};
    if (!whole) weight *= most;
  }
  return bounds;
}

void EstimateList::Add(const std::string& name, const RatioSum& sum, const std::string& refusal,
                       std::optional<TermBounds> bounds) {
  if (!refusal.empty()) return Refuse(name, refusal);
  LogEstimate made{.name = name};
  // Rewards that are all the same say nothing of where others may lie.
  const bool bounded = bounds && bounds->low < bounds->high && std::isfinite(bounds->low) &&
                       std::isfinite(bounds->high);
  if (bounded) {
    const TermBounds of_units = OfUnits(sum, *bounds);
    const std::vector<double> values = UnitValues(sum);
    made.hoeffding = HoeffdingInterval(values, of_units.low, of_units.high);
    made.bernstein = EmpiricalBernsteinInterval(values, of_units.low, of_units.high);
  }
  const double estimate = Estimate(sum);
  made.bootstrap = Interval{estimate, estimate, estimate};
  const auto pooled = std::make_shared<const RatioSum>(Pooled(sum));
  sums_.push_back({estimates_.size(), [pooled](std::span<const double> counts) {
                     return lerl::Estimate(*pooled, counts);
                   }});
  estimates_.push_back(std::move(made));
}

void EstimateList::AddFitted(const std::string& name, EstimateOfCounts estimate,
                             const std::string& refusal) {
  if (!refusal.empty()) return Refuse(name, refusal);
  const double all = estimate({});
  estimates_.push_back({.name = name, .bootstrap = Interval{all, all, all}});
  const int64_t units = units_;
  fitted_.push_back({estimates_.size() - 1,
                     [units, estimate = std::move(estimate)](std::span<const double> counts) {
                       std::vector<double> of_units(At(units));
                       for (size_t unit = 0; unit < of_units.size(); ++unit)
                         of_units[unit] = counts[unit % counts.size()];
                       return estimate(of_units);
                     }});
}

void EstimateList::Refuse(const std::string& name, const std::string& refusal) {
  estimates_.push_back({.name = name, .refusal = refusal});
}

std::vector<LogEstimate> EstimateList::Finish(int resamples, int model_resamples) {
  const auto resample = [&](const std::vector<Pending>& pending, int times) {
    std::vector<EstimateOfCounts> functions;
    functions.reserve(pending.size());
    for (const Pending& one : pending) functions.push_back(one.estimate);
    if (functions.empty()) return;
    auto drawn = Resample(functions, std::min(units_, kMostResampledUnits), times);
    for (size_t i = 0; i < pending.size(); ++i) {
      LogEstimate& estimate = estimates_[pending[i].place];
      estimate.bootstrap = PercentileInterval(estimate.bootstrap->mean, drawn[i]);
      estimate.resampled = std::move(drawn[i]);
    }
  };
  resample(sums_, resamples);
  resample(fitted_, model_resamples);
  return std::move(estimates_);
}

}  // namespace lerl
