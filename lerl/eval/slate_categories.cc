#include "lerl/eval/slate_categories.h"

#include <utility>

#include "lerl/sim/leave_rules.h"

namespace lerl {

std::span<const int32_t> SlateOf(const SessionLog& log, int64_t session, int64_t step) {
  const size_t slate = static_cast<size_t>(log.slate);
  return std::span(log.items).subspan(log.Cell(session, step) * slate, slate);
}

std::vector<uint8_t> StepsThatRepeat(const Dataset& dataset, const SessionLog& log,
                                     int64_t session) {
  std::vector<uint8_t> repeats(static_cast<size_t>(log.length[static_cast<size_t>(session)]));
  std::vector<uint8_t> before;
  for (size_t t = 0; t < repeats.size(); ++t) {
    std::vector<uint8_t> now =
        DominantCategories(dataset, SlateOf(log, session, static_cast<int64_t>(t)));
    for (size_t c = 0; c < before.size(); ++c) {
      if (before[c] != 0 && now[c] != 0) repeats[t] = 1;
    }
    before = std::move(now);
  }
  return repeats;
}

}  // namespace lerl
