#include "lerl/eval/metrics/slate_categories.h"

#include <algorithm>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

std::span<const int32_t> SlateOf(const SessionLog& log, int64_t session, int64_t step) {
  const size_t slate = static_cast<size_t>(log.slate);
  return std::span(log.items).subspan(log.Cell(session, step) * slate, slate);
}

int64_t ItemsToShow(const SessionLog& log, const Dataset& dataset) {
  return dataset.num_items() - std::count(log.never_shown.begin(), log.never_shown.end(), 1);
}

std::vector<std::vector<int32_t>> ItemsShown(const SessionLog& log) {
  std::vector<std::vector<int32_t>> shown(log.user.size());
  for (size_t s = 0; s < shown.size(); ++s) {
    const auto begin = log.items.begin() + static_cast<int64_t>(s) * log.max_steps * log.slate;
    shown[s].assign(begin, begin + log.length[s] * log.slate);
  }
  return shown;
}

std::vector<double> CategoryShares(const Dataset& dataset, const SessionLog& log, int64_t session,
                                   int64_t begin, int64_t end) {
  std::vector<double> shares(At(dataset.num_categories()) + 1);
  for (int64_t t = begin; t < end; ++t) {
    for (const int32_t item : SlateOf(log, session, t)) {
      const std::span<const int32_t> categories = dataset.CategoriesOf(item);
      const double share = 1.0 / static_cast<double>(categories.size());
      for (const int32_t c : categories) shares[At(c)] += share;
      if (categories.empty()) shares.back() += 1;
    }
  }
  for (double& share : shares) share /= static_cast<double>((end - begin) * log.slate);
  return shares;
}

std::vector<uint8_t> StepsThatRepeat(const Dataset& dataset, const SessionLog& log,
                                     int64_t session) {
  std::vector<uint8_t> repeats(static_cast<size_t>(log.length[At(session)]));
  std::vector<uint8_t> before;
  for (size_t t = 0; t < repeats.size(); ++t) {
    std::vector<uint8_t> now =
        DominantCategories(dataset, SlateOf(log, session, static_cast<int64_t>(t)));
    for (size_t c = 0; c < before.size(); ++c) {
      if (before[c] != 0 && now[c] != 0) repeats[t] = 1;
    }
    before = std::move(now);
    if (log.return_days[log.Cell(session, static_cast<int64_t>(t))] != 0) before.clear();
  }
  return repeats;
}

}  // namespace lerl
