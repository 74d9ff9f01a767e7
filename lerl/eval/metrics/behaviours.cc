#include "lerl/eval/metrics/behaviours.h"

#include "lerl/base/index.h"

namespace lerl {

SessionValues MainResponses(const SessionLog& log, const MetricInput&) {
  return ResponsesPerSession(log, 0);
}

SessionValues ResponsesPerSession(const SessionLog& log, int64_t behaviour) {
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const size_t begin = log.Cell(s, 0) * At(log.slate);
    const size_t shown = At(log.length[At(s)] * log.slate);
    int64_t given = 0;
    for (size_t n = begin; n < begin + shown; ++n) given += log.responses[n] >> behaviour & 1u;
    values.numerator.push_back(static_cast<double>(given));
  }
  return values;
}

SessionValues ResponseRate(const SessionLog& log, int64_t behaviour) {
  SessionValues values = ResponsesPerSession(log, behaviour);
  for (const int32_t steps : log.length)
    values.denominator.push_back(static_cast<double>(steps * log.slate));
  return values;
}

}  // namespace lerl
