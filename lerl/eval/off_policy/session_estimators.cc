#include "lerl/eval/off_policy/session_estimators.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"

namespace lerl {
namespace {

struct SessionRows {
  size_t begin, end;
  int64_t unit;
};

SessionRows RowsOf(const LoggedTable& log, int64_t group) {
  const size_t begin = At(log.groups[At(group)]);
  return {begin, At(log.groups[At(group + 1)]), log.unit[begin]};
}

int64_t LongestGroup(const LoggedTable& log) {
  int64_t longest = 0;
  for (int64_t group = 0; group < log.group_count(); ++group)
    longest = std::max(longest, log.groups[At(group + 1)] - log.groups[At(group)]);
  return longest;
}

double CountOf(std::span<const double> counts, int64_t unit) {
  return counts.empty() ? 1 : counts[At(unit)];
}

// The mean over sessions of value(rows).
template <typename Value>
RatioSum MeanOverGroups(const LoggedTable& log, const Value& value) {
  RatioSum sum(log.units, 1);
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    sum.Add(rows.unit, 0, value(rows), 1);
  }
  return sum;
}

// [N] what stood in the row before, and 1 in the first of a session.
std::vector<double> Previous(const LoggedTable& log, std::span<const double> w) {
  std::vector<double> previous(w.size(), 1);
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    for (size_t n = rows.begin + 1; n < rows.end; ++n) previous[n] = w[n - 1];
  }
  return previous;
}

// Adds part `first` + t for step t: the weighted mean of x, with sessions that have ended.
void AddWeightedMeans(const LoggedTable& log, std::span<const double> w, std::span<const double> x,
                      double gamma, int64_t first, RatioSum& sum) {
  const int64_t longest = LongestGroup(log);
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    double discount = 1;
    for (int64_t t = 0; t < longest; ++t, discount *= gamma) {
      const size_t n = rows.begin + At(t);
      const bool there = n < rows.end;
      const double weight = w[there ? n : rows.end - 1];
      sum.Add(rows.unit, first + t, there ? discount * weight * x[n] : 0, weight);
    }
  }
}

// One step of (9).
class StateDistribution {
 public:
  explicit StateDistribution(int64_t states) : pi_(At(states), 0), mu_(At(states), 0) {}
  void Count(int32_t state, double count) { mu_[At(state)] += count; }
  void CountFirst(int32_t state, double count) { pi_[At(state)] += count; }
  double Ratio(int32_t state) const {
    return mu_[At(state)] == 0 ? 0 : pi_[At(state)] / mu_[At(state)];
  }

 private:
  std::vector<double> pi_, mu_;  // [S] sessions in each state, under pi and as logged
};

}  // namespace

std::vector<double> CumulatedWeights(const LoggedTable& log, std::span<const double> rho) {
  std::vector<double> w(rho.begin(), rho.end());
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    for (size_t n = rows.begin + 1; n < rows.end; ++n) w[n] *= w[n - 1];
  }
  return w;
}

std::vector<double> MarginalWeights(const LoggedTable& log, std::span<const double> rho,
                                    std::span<const double> counts) {
  LERL_CHECK_EQ(log.state.size(), rho.size());
  const int64_t longest = LongestGroup(log);
  std::vector<double> w(rho.size(), 0);
  for (int64_t t = 0; t < longest; ++t) {
    // 1. The states of this step, under mu and, from the step before, under pi.
    StateDistribution states(log.states);
    for (int64_t group = 0; group < log.group_count(); ++group) {
      const SessionRows rows = RowsOf(log, group);
      const size_t n = rows.begin + At(t);
      const double count = CountOf(counts, rows.unit);
      if (n >= rows.end || count == 0) continue;
      states.Count(log.state[n], count);
      states.CountFirst(log.state[n], t == 0 ? count : count * w[n - 1]);  // (9)
    }
    // 2. The weights of this step.
    for (int64_t group = 0; group < log.group_count(); ++group) {
      const SessionRows rows = RowsOf(log, group);
      const size_t n = rows.begin + At(t);
      if (n >= rows.end || CountOf(counts, rows.unit) == 0) continue;
      w[n] = states.Ratio(log.state[n]) * rho[n];
    }
  }
  return w;
}

RatioSum SessionIps(const LoggedTable& log, std::span<const double> w, double gamma) {
  return MeanOverGroups(log, [&](const SessionRows& rows) {
    double sum = 0, discount = 1;
    for (size_t n = rows.begin; n < rows.end; ++n, discount *= gamma)
      sum += discount * log.reward[n];
    return w[rows.end - 1] * sum;
  });
}

RatioSum WeighedReturns(const LoggedTable& log, std::span<const double> w, double gamma) {
  return MeanOverGroups(log, [&](const SessionRows& rows) {
    double sum = 0, discount = 1;
    for (size_t n = rows.begin; n < rows.end; ++n, discount *= gamma)
      sum += discount * w[n] * log.reward[n];
    return sum;
  });
}

RatioSum SelfNormalisedReturns(const LoggedTable& log, std::span<const double> w, double gamma) {
  RatioSum sum(log.units, LongestGroup(log));
  AddWeightedMeans(log, w, log.reward, gamma, 0, sum);
  return sum;
}

RatioSum SessionDoublyRobust(const LoggedTable& log, std::span<const double> w,
                             std::span<const double> q, std::span<const double> v, double gamma) {
  const std::vector<double> before = Previous(log, w);
  return MeanOverGroups(log, [&](const SessionRows& rows) {
    double sum = 0, discount = 1;
    for (size_t n = rows.begin; n < rows.end; ++n, discount *= gamma)
      sum += discount * (w[n] * (log.reward[n] - q[n]) + before[n] * v[n]);
    return sum;
  });
}

RatioSum SelfNormalisedSessionDr(const LoggedTable& log, std::span<const double> w,
                                 std::span<const double> q, std::span<const double> v,
                                 double gamma) {
  const int64_t longest = LongestGroup(log);
  std::vector<double> residual(log.reward);
  for (size_t n = 0; n < residual.size(); ++n) residual[n] -= q[n];
  RatioSum sum(log.units, 2 * longest);
  AddWeightedMeans(log, w, residual, gamma, 0, sum);
  // Weights before a step: of a session that has ended, the one that it ended with.
  const std::vector<double> before = Previous(log, w);
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    double discount = 1;
    for (int64_t t = 0; t < longest; ++t, discount *= gamma) {
      const size_t n = rows.begin + At(t);
      const double weight = n < rows.end ? before[n] : w[rows.end - 1];
      sum.Add(rows.unit, longest + t, n < rows.end ? discount * weight * v[n] : 0, weight);
    }
  }
  return sum;
}

RatioSum FirstValues(const LoggedTable& log, std::span<const double> v) {
  return MeanOverGroups(log, [&](const SessionRows& rows) { return v[rows.begin]; });
}

std::vector<double> LastOfEach(const LoggedTable& log, std::span<const double> values) {
  std::vector<double> last;
  for (int64_t group = 0; group < log.group_count(); ++group)
    last.push_back(values[RowsOf(log, group).end - 1]);
  return last;
}

std::vector<double> MeanOfEach(const LoggedTable& log, std::span<const double> values) {
  std::vector<double> means;
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    double sum = 0;
    for (size_t n = rows.begin; n < rows.end; ++n) sum += values[n];
    means.push_back(sum / static_cast<double>(rows.end - rows.begin));
  }
  return means;
}

std::vector<double> PaddedMeanOfEach(const LoggedTable& log, std::span<const double> values) {
  const double longest = static_cast<double>(LongestGroup(log));
  std::vector<double> means;
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    const double missing = longest - static_cast<double>(rows.end - rows.begin);
    double sum = missing * values[rows.end - 1];
    for (size_t n = rows.begin; n < rows.end; ++n) sum += values[n];
    means.push_back(sum / longest);
  }
  return means;
}

std::vector<double> ReturnOfEach(const LoggedTable& log, double gamma) {
  std::vector<double> returns;
  for (int64_t group = 0; group < log.group_count(); ++group) {
    const SessionRows rows = RowsOf(log, group);
    double sum = 0, discount = 1;
    for (size_t n = rows.begin; n < rows.end; ++n, discount *= gamma)
      sum += discount * log.reward[n];
    returns.push_back(sum);
  }
  return returns;
}

std::vector<int32_t> UnitOfEach(const LoggedTable& log) {
  std::vector<int32_t> units;
  for (int64_t group = 0; group < log.group_count(); ++group)
    units.push_back(log.unit[At(log.groups[At(group)])]);
  return units;
}

}  // namespace lerl
