#pragma once
// Env: a batch of users who are shown one slate each per step until they leave. Each task is an
// environment with its own truth about the users (sim/tasks.h lists them); what all tasks share
// stands here: the slots, which items may still be shown, and when a session is over.
//
//   env.Start(slot, user, seed);                          for every slot
//   while (any slot is active) env.Step(slates, result);  one slate per active slot
//
// Axes: B slots, K slate, I items, F behaviours, C categories.
//
// A session ends as `terminated` (the user left) or as `truncated` (a limit was reached), never as
// both. A session is also truncated when fewer than K items are left to show.
//
// All draws of a session follow from its seed. The same (user, session seed, slates) therefore
// gives the same bytes in any slot, in any batch and at any number of threads.
//
// In a task with visits (sim/cross_session_env.h) a session is several visits in a row.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct EvolvingState;

// The outcome of one step. The rows of slots that were not active are zero.
struct StepResult {
  std::vector<float> probabilities;  // [B, K, F]
  std::vector<uint32_t> responses;   // [B, K] drawn; bit f is behaviour f
  std::vector<float> rewards;        // [B] of the drawn responses
  std::vector<float> expected;       // [B] of the probabilities, in place of the draws
  std::vector<uint8_t> terminated;   // [B] 1: the user left
  std::vector<uint8_t> truncated;    // [B] 1: a limit cut the session
  std::vector<uint8_t> return_days;  // [B] days until the user comes back; 0: no visit ended
};

class Env {
 public:
  virtual ~Env() = default;
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  // Starts a new session in a slot. The user's past is the user's training rows. Throws
  // Error(kData) when fewer than K items may be shown to the user.
  virtual void Start(int slot, int32_t user, uint64_t session_seed) = 0;

  // Shows slates [B, K] to all active slots; the rows of other slots are ignored. Throws
  // CheckFailure when an item stands twice in a slate or may not be shown.
  virtual void Step(std::span<const int32_t> slates, StepResult& result) = 0;

  // The share, in [0, 1], that is left of what the user was willing to spend on the session.
  virtual float budget_left(int slot) const = 0;

  // Writes the expected reward of each item now, [I], leaving out the similarity within a slate.
  // ORACLE: reads the truth, so it is for reports, and for controls and planners labelled oracle.
  virtual void OracleRewards(int slot, std::span<float> rewards) const = 0;

  // Writes what each category is worth now, [C]: the mean of OracleRewards over the K best of its
  // items that may be shown (over all of them where fewer are left, 0 where none is). ORACLE.
  void OracleCategoryRewards(int slot, std::span<float> rewards) const;

  // The user's present state in the evolving-interest task; nullptr in all other tasks. ORACLE.
  virtual const EvolvingState* OracleState(int) const { return nullptr; }

  // Writes into the log what agents must know of the task to learn from it.
  virtual void Describe(SessionLog& log) const;

  // Drops the session of a slot, if one runs: the slot is no longer active, and nothing is logged.
  void Stop(int slot) { slot_[static_cast<size_t>(slot)].active = false; }

  int slots() const { return static_cast<int>(slot_.size()); }
  int64_t slate_size() const { return config_.slate_size; }
  int64_t longest_session() const { return longest_; }  // no session has more steps
  const EnvConfig& config() const { return config_; }
  bool active(int slot) const { return SlotAt(slot).active; }  // a session is running
  int32_t user(int slot) const { return SlotAt(slot).user; }
  int step(int slot) const { return SlotAt(slot).step; }                  // steps taken since Start
  int32_t items_left(int slot) const { return SlotAt(slot).items_left; }  // that may be shown
  // Items that may not be shown now: [I], 1 = excluded, because the item was shown in this visit
  // (unless repeats are allowed), stands in the user's past (if that is excluded), or is unknown to
  // the task.
  std::span<const uint8_t> excluded(int slot) const;
  // Dominant categories of the last slate: [C], 0 or 1; all 0 before the first step of a visit.
  std::span<const uint8_t> dominant(int slot) const;

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
  Env(const Dataset& dataset, const Split& split, EnvConfig config, int64_t longest, int slots);

  const Dataset& dataset() const { return dataset_; }
  Slot& SlotAt(int slot) { return slot_[static_cast<size_t>(slot)]; }
  const Slot& SlotAt(int slot) const { return slot_[static_cast<size_t>(slot)]; }
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
  const EnvConfig config_;
  const int64_t longest_;
  std::vector<uint8_t> never_shown_;  // [I] 1: no session shows the item
  int32_t showable_;                  // number of the other items
  std::vector<Slot> slot_;
  std::vector<uint8_t> excluded_;  // [B, I]
  std::vector<uint8_t> dominant_;  // [B, C]
};

}  // namespace lerl
