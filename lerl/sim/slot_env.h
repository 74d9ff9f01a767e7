#pragma once
// SlotEnv: the bookkeeping that the environments of all tasks share: which session runs in a slot,
// which items may still be shown there, which categories dominated the last slate, and whether the
// session is over. A task adds its truth about the users: Start, Step, OracleRewards, budget_left.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env.h"

namespace lerl {

class SlotEnv : public Env {
 public:
  SlotEnv(const SlotEnv&) = delete;
  SlotEnv& operator=(const SlotEnv&) = delete;
  ~SlotEnv() override;

  void Stop(int slot) override { SlotAt(slot).active = false; }
  void Withhold(std::span<const uint8_t> items) override;
  SlotView Observe(int slot) const override;
  void OracleCategoryRewards(int slot, std::span<float> rewards) const override;
  void Describe(SessionLog& log) const override;
  int slots() const override { return static_cast<int>(slot_.size()); }
  const EnvConfig& config() const override { return *config_; }
  int64_t longest_session() const override { return longest_; }
  int64_t slate_size() const override;

 protected:
  struct Slot {
    bool active = false;
    int32_t user = 0;
    int step = 0;
    int32_t items_left = 0;
    Rng rng{0};  // of the user's answers
  };

  // The data set and split must outlive the environment. `longest` is what longest_session returns.
  // Throws Error(kConfig) when a slate has more places than the data set has items.
  SlotEnv(const Dataset& dataset, const Split& split, const EnvConfig& config, int64_t longest,
          int slots);

  // What SlotView::budget_left shows.
  virtual float budget_left(int slot) const = 0;

  const Dataset& dataset() const { return dataset_; }
  bool active(int slot) const { return SlotAt(slot).active; }
  int32_t user(int slot) const { return SlotAt(slot).user; }
  int step(int slot) const { return SlotAt(slot).step; }
  std::span<const uint8_t> excluded(int slot) const;
  std::span<const uint8_t> dominant(int slot) const;
  Slot& SlotAt(int slot) { return slot_[At(slot)]; }
  const Slot& SlotAt(int slot) const { return slot_[At(slot)]; }
  std::span<const int32_t> PastItems(int32_t user) const;  // items of the user's training rows

  // Excludes the item from every session. For constructors.
  void NeverShow(int32_t item);
  // Prepares a slot for a session: the excluded items and the stream of answers. Start calls it.
  void Open(int slot, int32_t user, uint64_t session_seed);
  // Throws CheckFailure when an item stands twice in the slate or may not be shown.
  void CheckSlate(int slot, std::span<const int32_t> slate) const;
  // Sizes the result for the batch and sets all of it to zero.
  void Clear(StepResult& result) const;
  // Counts a step of the slot after its slate was answered. The task says in `terminated` and
  // `truncated` whether the session ends here. Returns false if it has ended.
  bool Close(int slot, std::span<const int32_t> slate, bool terminated, bool truncated,
             StepResult& result);
  // Opens the slot again after Close ended a visit of a user who comes back. What earlier visits
  // showed may be shown again.
  void NextVisit(int slot, StepResult& result);

 private:
  // Sets what may be shown at the start of a visit, and returns how many items that are.
  int32_t ResetShown(int slot, int32_t user);

  const Dataset& dataset_;
  const Split& split_;
  const std::unique_ptr<const EnvConfig> config_;
  const int64_t longest_;
  std::vector<uint8_t> never_shown_;  // [I] 1: no session shows the item
  int32_t showable_;                  // number of the other items
  std::vector<Slot> slot_;
  std::vector<uint8_t> excluded_;  // [B, I]
  std::vector<uint8_t> dominant_;  // [B, C]
};

}  // namespace lerl
