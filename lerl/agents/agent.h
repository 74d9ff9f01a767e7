#pragma once
// Agent: picks items for a batch of users. It gives a score to every item; the slate is the top K
// of the scores inside the plan, chosen by the one SlateSelector that all agents share
// (agents/slate_selector.h). Sampling policies perturb their scores.
//
// Axes: B slots, I items, C categories, A width of an action. An agent sees what a product would
// see: the log's past, the slates and responses of the session, the plan. Only an agent whose
// registry row says `oracle` may be given the environment.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// A user about to be shown a slate. Spans live until the end of the call.
struct Observation {
  int slot = 0;
  int step = 0;
  int32_t user = 0;
  uint64_t seed = 0;                    // of the session; explore with streams derived from it
  float budget_left = 0;                // [0, 1]
  std::span<const uint8_t> plan;        // [C]
  std::span<const uint8_t> dominant;    // [C]
  std::span<const uint8_t> excluded{};  // [I] 1 = may not be shown; empty: nothing is excluded
};

// What the last step showed, for agents that keep a state per slot.
struct Shown {
  int slot = 0;
  std::span<const int32_t> items;       // [K]
  std::span<const uint32_t> responses;  // [K] bits
};

using UpdateStats = std::vector<std::pair<std::string, double>>;  // name, value

class Agent {
 public:
  virtual ~Agent() = default;

  virtual std::string name() const = 0;
  virtual bool learns() const { return false; }
  virtual int action_width() const { return 0; }

  // Makes room for `slots` sessions that are played side by side; states of earlier ones are lost.
  virtual void Prepare(int slots) = 0;
  virtual void Start(int slot, int32_t user) = 0;

  // Scores [n, I] and actions [n, A] for n observations. Without `explore` the policy's mode.
  virtual void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
                   std::span<float> actions) = 0;
  virtual void Observe(std::span<const Shown> shown) = 0;

  // One iteration of learning from whole sessions. Only where learns().
  virtual UpdateStats Update(const SessionLog& log);
  // Learning from the logs before the first session (warm start). Default: nothing.
  virtual UpdateStats WarmStart();

  // Everything that decides future behaviour: weights, optimiser, streams.
  virtual void Save(TensorFile& file) const = 0;
  virtual void Load(const TensorFile& file) = 0;
};

}  // namespace lerl
