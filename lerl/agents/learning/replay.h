#pragma once
// Replay: the last N whole sessions, as columns of ids (sim/session_log.h). Agents that learn from
// the sessions of earlier policies sample whole sessions from it, so that one causal pass over a
// session gives the states of all its steps. States are always encoded anew, never stored. Of the
// log's columns it leaves out those that agents may not read, `expected` and `seed`: in samples
// these are zero.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/learning/priorities.h"
#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/sim/session_log.h"

namespace lerl {

class Replay {
 public:
  explicit Replay(int64_t capacity) : capacity_(capacity) {}
  // A replay whose sessions have priorities where `priority_exponent` is above 0
  // (agents/learning/priorities.h), and are drawn uniformly where it is 0.
  Replay(int64_t capacity, double priority_exponent, double priority_floor);

  // Takes in all sessions of `log`; the oldest ones make room. All logs must agree in the sizes of
  // their axes, except the number of sessions.
  void Add(const SessionLog& log);
  int64_t size() const { return filled_; }

  // Draws the places of `count` sessions with replacement: uniformly, or by their priorities.
  // size() must be above 0.
  std::vector<int64_t> Draw(int64_t count, Rng& rng) const;
  // The sessions at these places, in this order.
  SessionLog SessionsAt(std::span<const int64_t> places) const;
  // The priorities by place; null where sessions have none.
  Priorities* priorities() { return priorities_ ? &*priorities_ : nullptr; }

  void Save(const std::string& prefix, Arrays& arrays) const;
  void Load(const std::string& prefix, const Arrays& arrays);
  // Throws Error(kCheckpoint) where sessions that were loaded can't be of so many users and items.
  void RequireOf(int64_t users, int64_t items) const { RequireInRange(kept_, users, items); }

 private:
  const int64_t capacity_;
  std::optional<Priorities> priorities_;
  SessionLog kept_;
  int64_t filled_ = 0, next_ = 0;
};

}  // namespace lerl
