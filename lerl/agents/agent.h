#pragma once
// Agent: picks items for a batch of users. An agent gives a score to every item; the slate is the
// top K of the scores inside the plan, which SelectSlate (agents/slate_selector.h) picks for all
// agents alike. A policy that samples perturbs its scores.
//
// Axes: B slots (sessions that are played side by side), I items, C categories, K items of a slate,
// A width of an action.
//
// An agent sees what a product would see: the training rows of the log, the slates and responses of
// the session, and the plan. Only an agent whose registry row says `oracle` reads the simulator's
// truth.

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

class ItemIndex;  // nn/item_index.h

// A user about to be shown a slate. Spans live until the end of the call.
struct Observation {
  int slot = 0;
  int step = 0;
  int32_t user = 0;
  uint64_t seed = 0;                    // of the session's exploration, which draws from streams of
                                        // it; never the seed of the environment's draws
  float budget_left = 0;                // share of the budget that is left, [0, 1]
  std::span<const uint8_t> plan;        // [C] 1 = in the plan
  std::span<const uint8_t> dominant;    // [C] 1 = dominant in the last slate
  std::span<const uint8_t> excluded{};  // [I] 1 = may not be shown; empty: nothing is excluded
};

// What the last step showed in a slot, for agents that keep a state per slot.
struct Shown {
  int slot = 0;
  std::span<const int32_t> items;       // [K]
  std::span<const uint32_t> responses;  // [K] bit f: behaviour f was given
};

using UpdateStats = std::vector<std::pair<std::string, double>>;  // statistics to report, by name

class Agent {
 public:
  virtual ~Agent() = default;

  virtual std::string name() const = 0;
  virtual bool learns() const { return false; }
  virtual int action_width() const { return 0; }
  // The items, for an agent whose scores are products of its actions with the items' vectors and
  // whose catalogue is so large that a search is faster than all scores; nullptr otherwise. Valid
  // until the agent learns or is loaded.
  virtual const ItemIndex* item_index() { return nullptr; }
  // Steps of all its optimisers so far, those of the warm start included; 0 for an agent that does
  // not learn by gradients.
  virtual int64_t gradient_steps() const { return 0; }

  // Makes room for `slots` sessions that are played side by side; states of earlier ones are lost.
  virtual void Prepare(int slots) = 0;
  virtual void Start(int slot, int32_t user) = 0;

  // Writes scores [n, I] and actions [n, A] for n observations. With `explore` the policy draws,
  // without it shows its mode. An agent with an item_index may be given no room for scores; it then
  // writes its actions alone.
  virtual void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
                   std::span<float> actions) = 0;
  virtual void Observe(std::span<const Shown> shown) = 0;

  // Says how far the run is: the share of its iterations that are done, [0, 1]. The trainer calls
  // it before each iteration, so that an agent need not save it. An agent that is never
  // told stands at 0; one without schedules (nn/schedule.h) does nothing.
  virtual void SetProgress(double /*progress*/) {}
  // Learns from the whole sessions of one iteration. Two columns of the log are the simulator's
  // own, and no agent reads them: `expected`, and `seed`, which foretells every draw. An agent that
  // does not learn fails a check.
  virtual UpdateStats Update(const SessionLog& log);
  // Further figures of the newest update, for the record of a run; {} of an agent that has none.
  // Those of agents with an actor and a critic are in agents/learning/update_figures.h.
  virtual UpdateStats Diagnostics() const { return {}; }
  // Learns from the logs before the first session. An agent without a warm start does nothing.
  virtual UpdateStats WarmStart();

  // Saves everything that decides future behaviour: weights, optimisers, random streams.
  virtual void Save(TensorFile& file) const = 0;
  virtual void Load(const TensorFile& file) = 0;
};

}  // namespace lerl
