#pragma once
// Env: a batch of users who are shown one slate each per step until they leave. A task is an
// environment with its own truth (sim/tasks.h names them); the slots are the same for all.
//
// Axes: B slots, K slate, I items, F behaviours, C categories.
// A session ends by `terminated` (the user left) or `truncated` (the limit), never both; it is also
// truncated when fewer than K items are left to show. The draws of a session follow from its seed
// alone, so the same (user, session seed, slates) gives the same bytes in any slot, batch or thread
// count. In a task with visits (sim/cross_session_env.h) a session is several visits in a row.

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

// What one step gave. Rows of slots that were not active are zero.
struct StepResult {
  std::vector<float> probabilities;  // [B, K, F]
  std::vector<uint32_t> responses;   // [B, K] bits
  std::vector<float> rewards;        // [B] drawn
  std::vector<float> expected;       // [B] expected
  std::vector<uint8_t> terminated;   // [B]
  std::vector<uint8_t> truncated;    // [B]
  std::vector<uint8_t> return_days;  // [B] where a visit ended: days until the user comes back
};

class Env {
 public:
  virtual ~Env() = default;
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  // A new session in a slot. The user's past is its training rows. Throws Error(kData) when the
  // exclusion of the history leaves the user fewer than K items.
  virtual void Start(int slot, int32_t user, uint64_t session_seed) = 0;

  // Shows slates [B, K] to all active slots (rows of others are ignored). Throws CheckFailure on an
  // item twice in a slate or an item that is not allowed.
  virtual void Step(std::span<const int32_t> slates, StepResult& result) = 0;

  // Share in [0, 1] of what the user is willing to spend that is left.
  virtual float budget_left(int slot) const = 0;

  // Expected reward of each item now, [I] (similarity within a slate left out). ORACLE: for
  // controls and planners that are labelled so, and for reports.
  virtual void OracleRewards(int slot, std::span<float> rewards) const = 0;

  // What each category is worth now, [C]: mean OracleRewards of its K best items that may be shown
  // (of all, where fewer are left; 0 where none is). ORACLE.
  void OracleCategoryRewards(int slot, std::span<float> rewards) const;

  // What the user in a slot is like now, in the evolving-interest task; nullptr in others. ORACLE.
  virtual const EvolvingState* OracleState(int) const { return nullptr; }

  // What agents must know of the task to learn from a log of it.
  virtual void Describe(SessionLog& log) const;

  // Ends the session of a slot, if one runs, without a trace: the slot is not active.
  void Stop(int slot) { slot_[static_cast<size_t>(slot)].active = false; }

  int slots() const { return static_cast<int>(slot_.size()); }
  int64_t slate_size() const { return config_.slate_size; }
  int64_t longest_session() const { return longest_; }  // steps after which every session has ended
  const EnvConfig& config() const { return config_; }
  bool active(int slot) const { return SlotAt(slot).active; }  // a session is running
  int32_t user(int slot) const { return SlotAt(slot).user; }
  int step(int slot) const { return SlotAt(slot).step; }                  // steps taken since Start
  int32_t items_left(int slot) const { return SlotAt(slot).items_left; }  // that may be shown
  // Items that must not be shown now: [I], 1 = excluded (shown in this session, start history,
  // unknown to the task).
  std::span<const uint8_t> excluded(int slot) const;
  // Dominant categories of the last slate: [C], 0 or 1; all 0 before the first step.
  std::span<const uint8_t> dominant(int slot) const;

 protected:
  struct Slot {
    bool active = false;
    int32_t user = 0;
    int step = 0;
    int32_t items_left = 0;
    Rng rng{0};  // of the user's answers
  };

  // The data set and split must outlive the environment. Throws Error(kConfig) when a slate is
  // larger than the data set.
  Env(const Dataset& dataset, const Split& split, EnvConfig config, int64_t longest, int slots);

  const Dataset& dataset() const { return dataset_; }
  Slot& SlotAt(int slot) { return slot_[static_cast<size_t>(slot)]; }
  const Slot& SlotAt(int slot) const { return slot_[static_cast<size_t>(slot)]; }
  std::span<const int32_t> PastItems(int32_t user) const;  // of the user's training rows

  // For constructors: excludes the item from every session.
  void NeverShow(int32_t item);
  // Opens a slot: what is excluded, the stream of answers. Called by Start.
  void Open(int slot, int32_t user, uint64_t session_seed);
  // Throws CheckFailure on an item twice in a slate or one that is not allowed.
  void CheckSlate(int slot, std::span<const int32_t> slate) const;
  // Sizes the result for the batch, all zero.
  void Clear(StepResult& result) const;
  // Counts the step of a slot whose slate was answered and whose end the task knows. False if the
  // session has ended.
  bool Close(int slot, std::span<const int32_t> slate, bool terminated, bool truncated,
             StepResult& result);
  // After Close ended a visit of a user who comes back: the slot goes on, and what earlier visits
  // showed may be shown again.
  void NextVisit(int slot, StepResult& result);

 private:
  // What may be shown at the start of a visit; returns how many items.
  int32_t ResetShown(int slot, int32_t user);

  const Dataset& dataset_;
  const Split& split_;
  const EnvConfig config_;
  const int64_t longest_;
  std::vector<uint8_t> never_shown_;  // [I]
  int32_t showable_;                  // items that are not in it
  std::vector<Slot> slot_;
  std::vector<uint8_t> excluded_;  // [B, I]
  std::vector<uint8_t> dominant_;  // [B, C]
};

}  // namespace lerl
