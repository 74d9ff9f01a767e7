#pragma once
// WindowRule: what the leave rules category_window and distance_window share, which is the window
// of items that were shown before the slate. sim/rules/leave_rules.h defines the rules and
// compat_window.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

class WindowRule : public LeaveRule {
 public:
  WindowRule(const EnvConfig& config, int slots);
  void Start(int slot) override;
  bool Step(int slot, const ShownSlate& shown) override;
  float Left(int) const override { return 1; }

 private:
  // Returns whether the user leaves. `before` are the items of the window, oldest first.
  virtual bool Leaves(int slot, std::span<const int32_t> before,
                      std::span<const int32_t> items) = 0;
  const size_t window_;
  const bool compat_;
  std::vector<std::vector<int32_t>> shown_;  // [B] items of the session, oldest first
};

}  // namespace lerl
