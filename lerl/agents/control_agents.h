#pragma once
// Controls: policies that do not learn from sessions. Every comparison needs the first two.
//
//   random       scores are uniform, drawn from the session's seed and step
//   popularity   a score is the number of likes (first behaviour) of the item in the training rows
//   greedy       ORACLE: a score is the response model's own expected reward of the item, now
// A fourth control, `mmr`, has a header of its own (agents/mmr.h).

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"

namespace lerl {

// Control: what the controls share. It has no state and learns nothing; a subclass writes the
// scores [I] of one observation.
class Control : public Agent {
 public:
  explicit Control(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  void Prepare(int) override {}
  void Start(int, int32_t) override {}
  void Observe(std::span<const Shown>) override {}
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}
  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override;

 private:
  virtual void ScoreItems(const Observation& seen, std::span<float> scores) = 0;
  const std::string name_;
};

std::unique_ptr<Agent> MakeRandomAgent();
std::unique_ptr<Agent> MakePopularityAgent(const Dataset& dataset, const Split& split);

std::unique_ptr<Agent> MakeGreedyAgent(OracleRewards oracle);

}  // namespace lerl
