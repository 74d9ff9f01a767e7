#include "lerl/sim/rules/window_rule.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/sim/env_config.h"

namespace lerl {

WindowRule::WindowRule(const EnvConfig& config, int slots)
    : window_(At(config.window)), compat_(config.compat_window), shown_(At(slots)) {
  LERL_CHECK_GE(config.window, 1);
}

void WindowRule::Start(int slot) { shown_[At(slot)].clear(); }

bool WindowRule::Step(int slot, const ShownSlate& shown) {
  std::vector<int32_t>& past = shown_[At(slot)];
  const size_t length = past.size() >= window_ ? window_
                        : compat_              ? std::min(past.size(), window_ - past.size())
                                               : past.size();
  const bool leaves = Leaves(slot, std::span(past).last(length), shown.items);
  past.insert(past.end(), shown.items.begin(), shown.items.end());
  return leaves;
}

}  // namespace lerl
