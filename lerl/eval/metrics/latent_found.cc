#include "lerl/eval/metrics/latent_found.h"

#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

// [C] the step, from 1, that first showed an item of the category that the user liked; 0: none did.
std::vector<int64_t> FirstLikes(const SessionLog& log, const Dataset& dataset, int64_t session) {
  std::vector<int64_t> first(static_cast<size_t>(log.categories));
  for (int64_t t = log.length[At(session)] - 1; t >= 0; --t) {
    const std::span<const int32_t> slate = SlateOf(log, session, t);
    for (size_t k = 0; k < slate.size(); ++k) {
      if ((log.responses[log.Cell(session, t) * slate.size() + k] & 1u) == 0) continue;
      for (const int32_t c : dataset.CategoriesOf(slate[k])) first[At(c)] = t + 1;
    }
  }
  return first;
}

}  // namespace

SessionValues LatentFound(const SessionLog& log, const MetricInput& input) {
  if (log.truth.empty()) return {};
  SessionValues values;
  const auto categories = static_cast<size_t>(log.categories);
  double all = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const std::vector<int64_t> first = FirstLikes(log, input.dataset, s);
    int64_t found = 0, searched = 0;
    for (size_t c = 0; c < categories; ++c) {
      if (log.truth.latent[At(s) * categories + c] == 0) continue;
      if (log.truth.interest[log.Cell(s, 0) * categories + c] <= 0) continue;
      found += first[c] > 0;
      searched += first[c] > 0 ? first[c] : log.length[At(s)];
    }
    values.numerator.push_back(static_cast<double>(found));
    values.denominator.push_back(static_cast<double>(searched));
    all += values.denominator.back();
  }
  return all > 0 ? values : SessionValues{};
}

}  // namespace lerl
