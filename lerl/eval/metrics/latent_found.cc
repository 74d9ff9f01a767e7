#include "lerl/eval/metrics/latent_found.h"

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

// The categories of items that the session showed and the user liked: [C], 0 or 1.
std::vector<uint8_t> Liked(const SessionLog& log, const Dataset& dataset, int64_t session) {
  std::vector<uint8_t> liked(static_cast<size_t>(log.categories));
  for (int64_t t = 0; t < log.length[At(session)]; ++t) {
    const std::span<const int32_t> slate = SlateOf(log, session, t);
    for (size_t k = 0; k < slate.size(); ++k) {
      if ((log.responses[log.Cell(session, t) * slate.size() + k] & 1u) == 0) continue;
      for (const int32_t c : dataset.CategoriesOf(slate[k])) liked[At(c)] = 1;
    }
  }
  return liked;
}

}  // namespace

SessionValues LatentFound(const SessionLog& log, const MetricInput& input) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  double all = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const std::vector<uint8_t> liked = Liked(log, input.dataset, s);
    double found = 0, interests = 0;
    for (size_t c = 0; c < categories; ++c) {
      if (log.truth.latent[At(s) * categories + c] == 0) continue;
      if (log.truth.interest[log.Cell(s, 0) * categories + c] <= 0) continue;
      interests += 1;
      found += liked[c];
    }
    values.numerator.push_back(found);
    values.denominator.push_back(interests);
    all += interests;
  }
  return all > 0 ? values : SessionValues{};
}

}  // namespace lerl
