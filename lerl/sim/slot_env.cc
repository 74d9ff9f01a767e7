#include "lerl/sim/slot_env.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/parallel.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

SlotEnv::SlotEnv(const Dataset& dataset, const Split& split, const EnvConfig& config,
                 int64_t longest, int slots)
    : dataset_(dataset),
      split_(split),
      config_(std::make_unique<const EnvConfig>(config)),
      longest_(longest),
      never_shown_(At(dataset.num_items())),
      showable_(static_cast<int32_t>(dataset.num_items())),
      slot_(At(slots)),
      excluded_(slot_.size() * At(dataset.num_items())),
      dominant_(slot_.size() * At(dataset.num_categories())) {
  if (config_->slate_size > dataset.num_items())
    throw Error(ErrorKind::kConfig, "env.slate_size: " + std::to_string(config_->slate_size) +
                                        " is more than the " + std::to_string(dataset.num_items()) +
                                        " items of " + dataset.name);
  FlushDenormals();
}

SlotEnv::~SlotEnv() = default;

int64_t SlotEnv::slate_size() const { return config_->slate_size; }

void SlotEnv::Describe(SessionLog& log) const {
  log.exclude_history = config_->exclude_history;
  log.allow_repeats = config_->allow_repeats;
  log.never_shown.clear();
  if (showable_ < dataset_.num_items()) log.never_shown = never_shown_;
}

void SlotEnv::OracleCategoryRewards(int slot, std::span<float> rewards) const {
  LERL_CHECK_EQ(std::ssize(rewards), dataset_.num_categories());
  // 1. The rewards of the items that may be shown, gathered by category.
  std::vector<float> of_item(At(dataset_.num_items()));
  OracleRewards(slot, of_item);
  std::vector<std::vector<float>> of_category(rewards.size());
  for (size_t i = 0; i < of_item.size(); ++i) {
    if (excluded(slot)[i] != 0) continue;
    for (const int32_t c : dataset_.CategoriesOf(static_cast<int64_t>(i)))
      of_category[At(c)].push_back(of_item[i]);
  }
  // 2. The mean over the K best of each category.
  for (size_t c = 0; c < rewards.size(); ++c) {
    std::vector<float>& all = of_category[c];
    const auto best = std::min(config_->slate_size, std::ssize(all));
    std::partial_sort(all.begin(), all.begin() + best, all.end(), std::greater());
    const float sum = std::accumulate(all.begin(), all.begin() + best, 0.0f);
    rewards[c] = best == 0 ? 0 : sum / static_cast<float>(best);
  }
}

SlotView SlotEnv::Observe(int slot) const {
  const Slot& s = SlotAt(slot);
  return {.active = s.active,
          .user = s.user,
          .step = s.step,
          .items_left = s.items_left,
          .budget_left = budget_left(slot),
          .excluded = excluded(slot),
          .dominant = dominant(slot)};
}

std::span<const uint8_t> SlotEnv::excluded(int slot) const {
  const auto items = At(dataset_.num_items());
  return {excluded_.data() + At(slot) * items, items};
}

std::span<const uint8_t> SlotEnv::dominant(int slot) const {
  const auto categories = At(dataset_.num_categories());
  return {dominant_.data() + At(slot) * categories, categories};
}

std::span<const int32_t> SlotEnv::PastItems(int32_t user) const {
  const auto past = PastRows(dataset_, split_, user);
  return {dataset_.items.data() + *past.begin(), past.size()};
}

int32_t SlotEnv::ResetShown(int slot, int32_t user) {
  const auto items = At(dataset_.num_items());
  uint8_t* excluded = excluded_.data() + At(slot) * items;
  std::ranges::copy(never_shown_, excluded);
  int32_t left = showable_;
  if (config_->exclude_history) {
    for (const int32_t item : PastItems(user)) {
      left -= excluded[item] == 0;
      excluded[item] = 1;
    }
  }
  const auto categories = At(dataset_.num_categories());
  std::fill_n(dominant_.data() + At(slot) * categories, categories, uint8_t{0});
  return left;
}

void SlotEnv::NeverShow(int32_t item) {
  uint8_t& never = never_shown_[At(item)];
  showable_ -= never == 0;
  never = 1;
}

void SlotEnv::Withhold(std::span<const uint8_t> items) {
  LERL_CHECK(items.empty() || items.size() == never_shown_.size());
  for (size_t item = 0; item < items.size(); ++item)
    if (items[item] != 0) NeverShow(static_cast<int32_t>(item));
}

void SlotEnv::Open(int slot, int32_t user, uint64_t session_seed) {
  LERL_CHECK(slot >= 0 && slot < slots());
  LERL_CHECK(user >= 0 && user < dataset_.num_users());
  if (!split_.closed.empty() && split_.closed[At(user)] != 0)
    throw Error(ErrorKind::kUsage,
                dataset_.name + ": user " + dataset_.user_ids[At(user)] +
                    " is a test user or sealed, and this world was loaded without them; judge "
                    "with --held-out or --sealed, or in code load it with LoadWorld(config, "
                    "HeldOut::kTest)");
  const int32_t left = ResetShown(slot, user);
  if (left < config_->slate_size)
    throw Error(ErrorKind::kData, dataset_.name + ": user " + dataset_.user_ids[At(user)] +
                                      " has " + std::to_string(left) +
                                      " items that may be shown, too few for a slate; set "
                                      "env.exclude_history = false or a smaller env.slate_size");
  SlotAt(slot) = Slot{.active = true,
                      .user = user,
                      .step = 0,
                      .items_left = left,
                      .rng = Rng(session_seed, "responses", static_cast<uint64_t>(user))};
}

void SlotEnv::NextVisit(int slot, StepResult& result) {
  Slot& s = SlotAt(slot);
  s.items_left = ResetShown(slot, s.user);
  s.active = true;
  result.terminated[At(slot)] = 0;
  result.truncated[At(slot)] = 0;
}

void SlotEnv::CheckSlate(int slot, std::span<const int32_t> slate) const {
  const std::span<const uint8_t> out = excluded(slot);
  for (size_t k = 0; k < slate.size(); ++k) {
    LERL_CHECK(slate[k] >= 0 && slate[k] < dataset_.num_items());
    LERL_CHECK(out[At(slate[k])] == 0);
    for (size_t j = 0; j < k; ++j) LERL_CHECK(slate[j] != slate[k]);
  }
}

void SlotEnv::Clear(StepResult& result) const {
  const size_t slots = slot_.size(), slate = At(config_->slate_size);
  result.probabilities.assign(slots * slate * At(dataset_.num_behaviours()), 0);
  result.responses.assign(slots * slate, 0);
  result.rewards.assign(slots, 0);
  result.expected.assign(slots, 0);
  result.terminated.assign(slots, 0);
  result.truncated.assign(slots, 0);
  result.return_days.assign(slots, 0);
}

bool SlotEnv::Close(int slot, std::span<const int32_t> slate, bool terminated, bool truncated,
                    StepResult& result) {
  Slot& s = SlotAt(slot);
  const auto row = At(slot);
  ++s.step;
  // 1. What was just shown is used up.
  if (!config_->allow_repeats) {
    uint8_t* excluded = excluded_.data() + row * At(dataset_.num_items());
    for (const int32_t item : slate) excluded[item] = 1;
    s.items_left -= static_cast<int32_t>(slate.size());
  }
  // 2. A session without another full slate is cut, unless the user has left anyway.
  truncated |= s.items_left < config_->slate_size;
  truncated &= !terminated;
  // 3. The next step is planned from the dominant categories of this slate.
  const auto categories = At(dataset_.num_categories());
  MarkDominantCategories(dataset_, slate,
                         std::span(dominant_).subspan(row * categories, categories));
  result.terminated[row] = terminated;
  result.truncated[row] = truncated;
  s.active = !terminated && !truncated;
  return s.active;
}

}  // namespace lerl
