#include "lerl/bench/session_check.h"

#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/sim/plain_session.h"

namespace lerl {

void CheckSessions(const Dataset& dataset, const Split& split, const ResponseModel& model,
                   std::span<const float> vectors, const EnvConfig& config, const SessionLog& log,
                   int64_t sessions) {
  const PlainTransformerResponse plain(model.ToFile());
  for (int64_t s = 0; s < std::min(sessions, log.sessions); ++s) {
    const auto row = At(s);
    std::vector<std::vector<int32_t>> slates;
    std::vector<std::vector<uint32_t>> responses;
    for (int64_t t = 0; t < log.length[row]; ++t) {
      const auto at = static_cast<std::ptrdiff_t>(log.Cell(s, t)) * log.slate;
      slates.emplace_back(log.items.begin() + at, log.items.begin() + at + log.slate);
      responses.emplace_back(log.responses.begin() + at, log.responses.begin() + at + log.slate);
    }
    const PlainSession session = PlayPlainSession(dataset, split, plain, vectors, config,
                                                  log.user[row], log.seed[row], slates, responses);
    LERL_CHECK(session.ended);
    LERL_CHECK_EQ(static_cast<int32_t>(session.rewards.size()), log.length[row]);
    for (size_t t = 0; t < session.rewards.size(); ++t) {
      const size_t cell = log.Cell(s, static_cast<int64_t>(t));
      LERL_CHECK(std::abs(session.rewards[t] - static_cast<double>(log.reward[cell])) < 1e-5);
      LERL_CHECK(std::abs(session.expected[t] - static_cast<double>(log.expected[cell])) < 1e-4);
    }
  }
}

}  // namespace lerl
