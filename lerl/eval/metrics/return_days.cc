#include "lerl/eval/metrics/return_days.h"

#include "lerl/base/index.h"

namespace lerl {
namespace {

// Per session, the sum of `value` over its steps and the number of its visits that ended.
template <typename Value>
SessionValues PerVisit(const SessionLog& log, const Value& value) {
  SessionValues values;
  bool any = false;
  for (int64_t s = 0; s < log.sessions; ++s) {
    double sum = 0, visits = 0;
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const size_t cell = log.Cell(s, t);
      sum += value(cell);
      visits += log.return_days[cell] != 0 ? 1 : 0;
    }
    values.numerator.push_back(sum);
    values.denominator.push_back(visits);
    any |= visits > 0;
  }
  return any ? values : SessionValues{};
}

}  // namespace

SessionValues ReturnDays(const SessionLog& log, const MetricInput&) {
  return PerVisit(log, [&log](size_t cell) { return static_cast<double>(log.return_days[cell]); });
}

SessionValues Retention(const SessionLog& log, const MetricInput&) {
  return PerVisit(log, [&log](size_t cell) { return log.return_days[cell] == 1 ? 1.0 : 0.0; });
}

SessionValues VisitReturn(const SessionLog& log, const MetricInput&) {
  return PerVisit(log, [&log](size_t cell) { return static_cast<double>(log.expected[cell]); });
}

}  // namespace lerl
