#pragma once
// LiveSlots: what a service knows of the sessions that it holds ready, a slot for each: what may
// still be shown, which categories dominated the last slate, and how much of the budget is left. It
// is the environment's part without a simulated user, so that a policy in service sees the same
// kind of state as in training.
//
// The budget is the one of the policy's leave rules (sim/rules/leave_rules.h), kept by what was
// shown and answered. People leave when they want to, so a session may go on after its budget: the
// policy is then shown a budget of 0.
//
// Axes: B slots, I items, C categories, K items of a slate.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env.h"

namespace lerl {

class LeaveRule;

class LiveSlots {
 public:
  // Data set and split must outlive the slots. With `repeats` items may come again; what is
  // `withdrawn` [I] (empty: nothing) is never shown.
  LiveSlots(const Dataset& dataset, const Split& split, const EnvConfig& config, bool repeats,
            int slots, std::vector<uint8_t> withdrawn = {});
  ~LiveSlots();

  // Begins a session. What stands in the user's past is excluded if the policy was trained so.
  void Start(int slot, int32_t user);
  // Excludes items that the user saw before the session.
  void Exclude(int slot, std::span<const int32_t> items);
  // Takes in a slate [K] with its responses [K], one bit per behaviour.
  void Take(int slot, std::span<const int32_t> items, std::span<const uint32_t> responses);

  SlotView Observe(int slot) const;
  int slots() const { return static_cast<int>(slot_.size()); }

 private:
  struct Slot {
    int32_t user = 0;
    int step = 0;
    int32_t items_left = 0;
    bool spent = false;  // a rule has ended the session once; its budget stays at 0
  };
  void Exclude(int slot, int32_t item);

  const Dataset& dataset_;
  const Split& split_;
  const bool exclude_history_, repeats_;
  const std::vector<uint8_t> withdrawn_;  // [I]
  std::vector<std::unique_ptr<LeaveRule>> rules_;
  std::vector<Slot> slot_;
  std::vector<std::vector<uint8_t>> excluded_;  // [B][I]; nothing of a slot that was never started
  std::vector<uint8_t> dominant_;               // [B, C]
};

}  // namespace lerl
