#pragma once
// Replay: the last N whole sessions, as columns of ids (sim/session_log.h). Agents that learn from
// the sessions of earlier policies sample whole sessions from it, so that one causal pass over a
// session gives the states of all its steps. States are always encoded anew, never stored. Of the
// log's columns it leaves out those that agents may not read, `expected` and `seed`: in samples
// these are zero.

#include <cstdint>
#include <string>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/sim/session_log.h"

namespace lerl {

class Replay {
 public:
  explicit Replay(int64_t capacity) : capacity_(capacity) {}

  // Takes in all sessions of `log`; the oldest ones make room. All logs must agree in the sizes of
  // their axes, except the number of sessions.
  void Add(const SessionLog& log);
  int64_t size() const { return filled_; }

  // `count` sessions drawn uniformly with replacement. size() must be above 0.
  SessionLog Sample(int64_t count, Rng& rng) const;

  void Save(const std::string& prefix, Arrays& arrays) const;
  void Load(const std::string& prefix, const Arrays& arrays);

 private:
  const int64_t capacity_;
  SessionLog kept_;
  int64_t filled_ = 0, next_ = 0;
};

}  // namespace lerl
