#include "lerl/planner/learned/category_returns.h"

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

std::vector<std::vector<CategoryReturn>> CategoryReturns(const Dataset& dataset,
                                                         const EndedSession& session,
                                                         double gamma) {
  const size_t steps = session.rewards.size();
  LERL_CHECK_GT(steps, 0U);
  const size_t slate = session.items.size() / steps;
  const auto categories = At(dataset.num_categories());
  std::vector<std::vector<CategoryReturn>> returns(steps);
  double rest = 0;  // G_{t+1}
  for (size_t step = steps; step-- > 0;) {
    std::vector<int> shown(categories, 0), liked(categories, 0);
    int likes = 0, places = 0;
    for (size_t k = step * slate; k < (step + 1) * slate; ++k) {
      const int like = static_cast<int>(session.responses[k] & 1U);
      likes += like;
      for (const int32_t category : dataset.CategoriesOf(session.items[k])) {
        const auto c = At(category);
        if (session.plans[step * categories + c] == 0) continue;
        ++shown[c];
        ++places;
        liked[c] += like;
      }
    }
    const double reward = static_cast<double>(session.rewards[step]);
    for (size_t c = 0; c < categories; ++c) {
      if (shown[c] == 0) continue;
      const double own = static_cast<double>(liked[c]) / shown[c];
      returns[step].push_back(
          {c, static_cast<double>(shown[c]) / places,
           reward + own - static_cast<double>(likes) / static_cast<double>(slate) + gamma * rest});
    }
    rest = reward + gamma * rest;
  }
  return returns;
}

}  // namespace lerl
