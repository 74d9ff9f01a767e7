#pragma once
// Controls: policies that don't learn from sessions. Every comparison needs the first two.
//   random       uniform scores, drawn from the session's seed and step
//   popularity   likes (first behaviour) of the item in the training rows
//   greedy       ORACLE: the response model's own expected reward of each item, now
// agents/mmr.h is another.

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"

namespace lerl {

// What controls share: no state, no learning; a subclass writes one row of scores [I].
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
