#include "lerl/train/session_means.h"

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {

SessionMeans MeansOf(const SessionLog& log) {
  SessionMeans means;
  double visits = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const auto length = log.length[At(s)];
    means.length += length;
    for (int64_t t = 0; t < length; ++t) {
      const size_t cell = log.Cell(s, t);
      means.reward += static_cast<double>(log.expected[cell]);
      means.return_days += log.return_days[cell];
      visits += log.return_days[cell] != 0 ? 1 : 0;
    }
  }
  means.reward /= static_cast<double>(log.sessions);
  means.length /= static_cast<double>(log.sessions);
  means.return_days /= std::max(visits, 1.0);
  return means;
}

}  // namespace lerl
