#include "lerl/eval/metrics/session_length.h"

namespace lerl {

SessionValues SessionLength(const SessionLog& log, const MetricInput&) {
  return {.numerator = std::vector<double>(log.length.begin(), log.length.end())};
}

}  // namespace lerl
