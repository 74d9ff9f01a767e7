#include "lerl/python/observation_memory.h"

#include "lerl/agents/slate_selector.h"
#include "lerl/base/index.h"

namespace lerl {

void ObservationMemory::Resize(const Dataset& dataset, int64_t rows, int64_t feature_count,
                               int64_t slate_size) {
  const size_t n = At(rows), k = At(slate_size);
  features.assign(n * At(feature_count), 0);
  mask.assign(n * At(dataset.num_items()), 0);
  plan.assign(n * At(dataset.num_categories()), 0);
  dominant.assign(plan.size(), 0);
  user.assign(n, 0);
  slate.assign(n * k, 0);
  responses.assign(n * k * At(dataset.num_behaviours()), 0);
  budget_left.assign(n, 0);
}

void WriteMask(const Dataset& dataset, std::span<const uint8_t> plan,
               std::span<const uint8_t> excluded, std::span<uint8_t> mask) {
  if (IsWhole(plan)) {
    for (size_t i = 0; i < mask.size(); ++i) mask[i] = static_cast<uint8_t>(1 - excluded[i]);
    return;
  }
  ItemsInPlan(dataset, plan, mask);
  for (size_t i = 0; i < mask.size(); ++i) mask[i] &= static_cast<uint8_t>(1 - excluded[i]);
}

void WriteResponses(std::span<const uint32_t> responses, std::span<uint8_t> given) {
  const size_t behaviours = given.size() / responses.size();
  for (size_t k = 0; k < responses.size(); ++k)
    for (size_t f = 0; f < behaviours; ++f)
      given[k * behaviours + f] = static_cast<uint8_t>(responses[k] >> f & 1u);
}

}  // namespace lerl
