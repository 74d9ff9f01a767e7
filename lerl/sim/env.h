#pragma once
// Env: a batch of users who are shown one slate each per step until they leave. Each task is an
// environment with its own truth about the users (sim/tasks.h lists them). The bookkeeping that all
// tasks share, such as which items may still be shown, is in sim/slot_env.h.
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

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lerl/sim/session_log.h"

namespace lerl {

struct EnvConfig;  // sim/env_config.h
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

// The present state of a slot. The spans are valid until the next Step, Start or Stop of the slot.
struct SlotView {
  bool active = false;  // a session is running
  int32_t user = 0;
  int step = 0;            // steps taken since Start
  int32_t items_left = 0;  // that may be shown
  float budget_left = 0;   // share in [0, 1] that is left of what the user was willing to spend
  // Items that may not be shown now: [I], 1 = excluded, because the item was shown in this visit
  // (unless repeats are allowed), stands in the user's past (if that is excluded), or is unknown to
  // the task.
  std::span<const uint8_t> excluded;
  // Dominant categories of the last slate: [C], 0 or 1; all 0 before the first step of a visit.
  std::span<const uint8_t> dominant;
  // What the user said last in this visit that they feel like; "" where they said nothing, and in
  // tasks without wishes.
  std::string_view wish = {};
};

class Env {
 public:
  virtual ~Env() = default;

  // Starts a new session in a slot. The user's past is the user's training rows. Throws
  // Error(kData) when fewer than K items may be shown to the user, Error(kUsage) for a user whom
  // the split closes.
  virtual void Start(int slot, int32_t user, uint64_t session_seed) = 0;

  // Shows slates [B, K] to all active slots; the rows of other slots are ignored. Throws
  // CheckFailure when an item stands twice in a slate or may not be shown.
  virtual void Step(std::span<const int32_t> slates, StepResult& result) = 0;

  // Drops the session of a slot, if one runs: the slot is no longer active, and nothing is logged.
  virtual void Stop(int slot) = 0;

  // Shows none of the items [I] with a 1 in sessions that start from now on. Empty: all as before.
  virtual void Withhold(std::span<const uint8_t> items) = 0;

  virtual SlotView Observe(int slot) const = 0;

  // Writes the expected reward of each item now, [I], leaving out the similarity within a slate.
  // ORACLE: reads the truth, so it is for reports, and for controls and planners labelled oracle.
  virtual void OracleRewards(int slot, std::span<float> rewards) const = 0;

  // Writes what each category is worth now, [C]: the mean of OracleRewards over the K best of its
  // items that may be shown (over all of them where fewer are left, 0 where none is). ORACLE.
  virtual void OracleCategoryRewards(int slot, std::span<float> rewards) const = 0;

  // Writes what the user's craving adds to each category in this visit, [C]
  // (sim/evolving/cravings.h); all 0 where there is none. ORACLE.
  virtual void OracleCraving(int, std::span<float> added) const { std::ranges::fill(added, 0.0F); }

  // The user's present state in the evolving-interest task; nullptr in all other tasks. ORACLE.
  virtual const EvolvingState* OracleState(int) const { return nullptr; }

  // Writes into the log what agents must know of the task to learn from it.
  virtual void Describe(SessionLog& log) const = 0;

  virtual int slots() const = 0;
  virtual const EnvConfig& config() const = 0;
  virtual int64_t longest_session() const = 0;  // no session has more steps
  virtual int64_t slate_size() const = 0;       // K
};

}  // namespace lerl
