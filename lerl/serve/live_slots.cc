#include "lerl/serve/live_slots.h"

#include <algorithm>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

LiveSlots::LiveSlots(const Dataset& dataset, const Split& split, const EnvConfig& config,
                     bool repeats, int slots, std::vector<uint8_t> withdrawn)
    : dataset_(dataset),
      split_(split),
      exclude_history_(config.exclude_history),
      repeats_(repeats),
      withdrawn_(withdrawn.empty() ? std::vector<uint8_t>(At(dataset.num_items()))
                                   : std::move(withdrawn)),
      slot_(At(slots)),
      excluded_(slot_.size()),
      dominant_(slot_.size() * At(dataset.num_categories())) {
  for (const std::string& name : config.rules)
    rules_.push_back(FindLeaveRule(name).make(dataset, config, slots));
}

LiveSlots::~LiveSlots() = default;

void LiveSlots::Start(int slot, int32_t user) {
  const auto categories = At(dataset_.num_categories());
  excluded_[At(slot)] = withdrawn_;
  std::fill_n(dominant_.begin() + slot * std::ssize(dataset_.categories), categories, uint8_t{0});
  const auto left = std::ranges::count(withdrawn_, uint8_t{0});
  slot_[At(slot)] = {.user = user, .items_left = static_cast<int32_t>(left)};
  for (const auto& rule : rules_) rule->Start(slot);
  if (!exclude_history_) return;
  for (const int64_t row : PastRows(dataset_, split_, user)) Exclude(slot, dataset_.items[At(row)]);
}

void LiveSlots::Exclude(int slot, int32_t item) {
  uint8_t& excluded = excluded_[At(slot)][At(item)];
  slot_[At(slot)].items_left -= excluded == 0;
  excluded = 1;
}

void LiveSlots::Exclude(int slot, std::span<const int32_t> items) {
  for (const int32_t item : items) Exclude(slot, item);
}

void LiveSlots::Take(int slot, std::span<const int32_t> items,
                     std::span<const uint32_t> responses) {
  Slot& s = slot_[At(slot)];
  ++s.step;
  if (!repeats_) Exclude(slot, items);
  const auto categories = At(dataset_.num_categories());
  MarkDominantCategories(dataset_, items,
                         std::span(dominant_).subspan(At(slot) * categories, categories));
  const auto liked = std::ranges::count_if(responses, [](uint32_t r) { return (r & 1U) != 0; });
  const float reward = static_cast<float>(liked) / static_cast<float>(responses.size());
  for (const auto& rule : rules_) s.spent |= rule->Step(slot, {.items = items, .reward = reward});
}

SlotView LiveSlots::Observe(int slot) const {
  const Slot& s = slot_[At(slot)];
  const auto categories = At(dataset_.num_categories());
  float left = s.spent ? 0.0f : 1.0f;
  for (const auto& rule : rules_) left = std::min(left, rule->Left(slot));
  return {.active = true,
          .user = s.user,
          .step = s.step,
          .items_left = s.items_left,
          .budget_left = std::max(left, 0.0f),
          .excluded = excluded_[At(slot)],
          .dominant = std::span(dominant_).subspan(At(slot) * categories, categories)};
}

}  // namespace lerl
