#pragma once
// CallbackAgent: an agent whose scores somebody else computes, such as a function of Python. It
// sees what BatchEnv shows (ObservationMemory), one row for each session that is asked about.
//
// A score need not be finite where the mask is 0: such an item is never shown.

#include <functional>
#include <span>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/python/observation_memory.h"
#include "lerl/python/session_features.h"

namespace lerl {

// Writes scores [n, I] for n observations.
using ScoreItems =
    std::function<void(const ObservationMemory& seen, int64_t n, std::span<float> scores)>;

class CallbackAgent : public Agent {
 public:
  // The world must outlive the agent.
  CallbackAgent(std::string name, const World& world, int64_t slate_size, ScoreItems score);

  std::string name() const override { return name_; }
  void Prepare(int slots) override;
  void Start(int slot, int32_t user) override;
  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override;
  void Observe(std::span<const Shown> shown) override;
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}

 private:
  const std::string name_;
  const World& world_;
  const size_t k_;
  const ScoreItems score_;
  SessionFeatures features_;
  ObservationMemory seen_;          // [n] of the sessions asked about
  std::vector<int32_t> slate_;      // [slots, K] last shown
  std::vector<uint8_t> responses_;  // [slots, K, F]
};

}  // namespace lerl
