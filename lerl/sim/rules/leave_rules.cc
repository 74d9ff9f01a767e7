#include "lerl/sim/rules/leave_rules.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/registry.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/window_rule.h"

namespace lerl {
namespace {

// Marks the categories [C] that most items carry. Returns whether `none` is one of those.
bool MarkDominant(const Dataset& dataset, std::span<const int32_t> items,
                  std::span<uint8_t> count) {
  std::ranges::fill(count, uint8_t{0});
  uint8_t none = 0;
  for (const int32_t item : items) {
    const auto categories = dataset.CategoriesOf(item);
    none = static_cast<uint8_t>(none + categories.empty());
    for (const int32_t c : categories) ++count[At(c)];
  }
  uint8_t most = none;
  for (const uint8_t c : count) most = std::max(most, c);
  for (uint8_t& c : count) c = most > 0 && c == most;
  return most > 0 && none == most;
}

// The budget of `lerl` and `lerl_slots`: each step takes 1 from it, and a repeat takes 1 more.
class BudgetRule : public LeaveRule {
 public:
  BudgetRule(const EnvConfig& config, int slots) : budget_(config.budget), left_(At(slots)) {}
  void Start(int slot) override {
    left_[At(slot)] = budget_;
    Forget(slot);
  }
  bool Step(int slot, const ShownSlate& shown) override {
    left_[At(slot)] -= Repeats(slot, shown.items) ? 2 : 1;
    return left_[At(slot)] <= 0;
  }
  float Left(int slot) const override {
    return static_cast<float>(std::max<int64_t>(left_[At(slot)], 0)) / static_cast<float>(budget_);
  }

 private:
  virtual void Forget(int slot) = 0;
  // Returns whether the slate repeats the previous one, and keeps it as the previous one of the
  // next call. The first slate of a session repeats nothing.
  virtual bool Repeats(int slot, std::span<const int32_t> items) = 0;
  const int64_t budget_;
  std::vector<int64_t> left_;
};

class LerlRule : public BudgetRule {
 public:
  LerlRule(const Dataset& dataset, const EnvConfig& config, int slots)
      : BudgetRule(config, slots), dataset_(dataset), previous_(At(slots)) {}

 private:
  void Forget(int slot) override { previous_[At(slot)].clear(); }
  bool Repeats(int slot, std::span<const int32_t> items) override {
    std::vector<uint8_t> now = DominantCategories(dataset_, items);
    std::vector<uint8_t>& before = previous_[At(slot)];
    bool shared = false;
    for (size_t c = 0; c < before.size(); ++c) shared |= before[c] != 0 && now[c] != 0;
    before = std::move(now);
    return shared;
  }
  const Dataset& dataset_;
  std::vector<std::vector<uint8_t>> previous_;
};

class LerlSlotsRule : public BudgetRule {
 public:
  LerlSlotsRule(const Dataset& dataset, const EnvConfig& config, int slots)
      : BudgetRule(config, slots), category_(RarestCategory(dataset)), previous_(At(slots)) {}

 private:
  void Forget(int slot) override { previous_[At(slot)].clear(); }
  bool Repeats(int slot, std::span<const int32_t> items) override {
    std::vector<int32_t>& before = previous_[At(slot)];
    bool repeats = false;
    for (size_t k = 0; k < before.size(); ++k) repeats |= before[k] == category_[At(items[k])];
    before.clear();
    for (const int32_t item : items) before.push_back(category_[At(item)]);
    return repeats;
  }
  const std::vector<int32_t> category_;  // [I]; -1 is the category `none`
  std::vector<std::vector<int32_t>> previous_;
};

class TemperRule : public LeaveRule {
 public:
  TemperRule(const Dataset&, const EnvConfig& config, int slots)
      : start_(config.temper), leave_below_(config.temper_leave_below), temper_(At(slots)) {}
  void Start(int slot) override { temper_[At(slot)] = start_; }
  bool Step(int slot, const ShownSlate& shown) override {
    temper_[At(slot)] += std::clamp(static_cast<double>(shown.reward) - 2.0, -2.0, 0.0);
    return temper_[At(slot)] < leave_below_;
  }
  float Left(int slot) const override {
    const double left = (temper_[At(slot)] - leave_below_) / std::max(start_ - leave_below_, 1e-9);
    return static_cast<float>(std::clamp(left, 0.0, 1.0));
  }

 private:
  const double start_, leave_below_;
  std::vector<double> temper_;
};

class CategoryWindowRule : public WindowRule {
 public:
  CategoryWindowRule(const Dataset& dataset, const EnvConfig& config, int slots)
      : WindowRule(config, slots),
        dataset_(dataset),
        limit_(config.window_limit),
        count_(At(slots) * At(dataset.num_categories())) {}

 private:
  bool Leaves(int slot, std::span<const int32_t> before, std::span<const int32_t> items) override {
    const auto categories = At(dataset_.num_categories());
    const std::span<int32_t> count(count_.data() + At(slot) * categories, categories);
    std::ranges::fill(count, 0);
    for (const int32_t item : before)
      for (const int32_t c : dataset_.CategoriesOf(item)) ++count[At(c)];
    bool leaves = false;
    for (const int32_t item : items)
      for (const int32_t c : dataset_.CategoriesOf(item)) leaves |= count[At(c)] > limit_;
    return leaves;
  }
  const Dataset& dataset_;
  const int64_t limit_;
  std::vector<int32_t> count_;  // [B, C] items of the window that carry the category
};

class MaxStepsRule : public LeaveRule {
 public:
  MaxStepsRule(const Dataset&, const EnvConfig& config, int slots)
      : limit_(config.max_steps), steps_(At(slots)) {}
  void Start(int slot) override { steps_[At(slot)] = 0; }
  bool Step(int slot, const ShownSlate&) override { return ++steps_[At(slot)] >= limit_; }
  float Left(int slot) const override {
    return static_cast<float>(limit_ - steps_[At(slot)]) / static_cast<float>(limit_);
  }

 private:
  const int64_t limit_;
  std::vector<int64_t> steps_;
};

template <typename Rule>
std::unique_ptr<LeaveRule> Make(const Dataset& dataset, const EnvConfig& config, int slots) {
  return std::make_unique<Rule>(dataset, config, slots);
}

std::unique_ptr<LeaveRule> NoMatrix(const Dataset&, const EnvConfig&, int) {
  throw Error(ErrorKind::kConfig,
              "env.rules: distance_window needs the task's own matrix; set env.task = \"matrix\"");
}

// The columns `longest` of the table. A window may never be met.
int64_t WholeBudget(const EnvConfig& config, double) { return config.budget; }
int64_t MaxSteps(const EnvConfig& config, double) { return config.max_steps; }
int64_t NotSure(const EnvConfig&, double) { return kNotSure; }

int64_t LongestTemper(const EnvConfig& config, double largest_reward) {
  const double cost = std::min(2.0, 2.0 - largest_reward);
  if (cost <= 1e-6) return kNotSure;
  // The first n with temper - n cost < leave_below.
  const double steps = (config.temper - config.temper_leave_below) / cost;
  return std::max<int64_t>(1, static_cast<int64_t>(std::floor(steps + 1e-4)) + 1);
}

constexpr LeaveRuleRow kLeaveRuleRows[] = {
    {"lerl", "a budget; a slate that shares the previous slate's dominant category costs double",
     "LERL (the paper)", false, WholeBudget, Make<LerlRule>},
    {"lerl_slots", "a budget; a category in the position where it just stood costs double",
     "LERL (the public code)", false, WholeBudget, Make<LerlSlotsRule>},
    {"temper", "patience that shrinks by 2 - reward each step", "KuaiSim", false, LongestTemper,
     Make<TemperRule>},
    {"category_window", "leaves when a category is shown too often within a window",
     "CIRS, DORL, EasyRL4Rec", false, NotSure, Make<CategoryWindowRule>},
    {"distance_window", "leaves when an item is too near to one within a window (task matrix)",
     "EasyRL4Rec", false, NotSure, NoMatrix},
    {"max_steps", "the session is cut after a number of steps", "all", true, MaxSteps,
     Make<MaxStepsRule>},
};

}  // namespace

std::span<const LeaveRuleRow> LeaveRuleRows() { return kLeaveRuleRows; }

const LeaveRuleRow& FindLeaveRule(std::string_view name) {
  return FindRow(LeaveRuleRows(), name, "env.rules", "leave rule");
}

Names LeaveRuleNames() { return RowNames(LeaveRuleRows()); }

int64_t LongestSession(const EnvConfig& config, double largest_reward) {
  int64_t longest = kNotSure;
  for (const std::string& name : config.rules)
    longest = std::min(longest, FindLeaveRule(name).longest(config, largest_reward));
  if (longest == kNotSure)
    throw Error(ErrorKind::kConfig,
                "env.rules: none of these rules is sure to end a session; add max_steps");
  return longest;
}

std::vector<uint8_t> DominantCategories(const Dataset& dataset, std::span<const int32_t> items) {
  const auto none = At(dataset.num_categories());
  std::vector<uint8_t> dominant(none + 1);
  dominant[none] = MarkDominant(dataset, items, std::span(dominant).first(none));
  return dominant;
}

void MarkDominantCategories(const Dataset& dataset, std::span<const int32_t> items,
                            std::span<uint8_t> dominant) {
  MarkDominant(dataset, items, dominant);
}

}  // namespace lerl
