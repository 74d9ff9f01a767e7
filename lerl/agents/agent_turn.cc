#include "lerl/agents/agent_turn.h"

#include "lerl/agents/slate_selector.h"
#include "lerl/base/index.h"

namespace lerl {

AgentTurn::AgentTurn(const Dataset& dataset, Agent& agent, bool published_mask)
    : dataset_(dataset),
      agent_(agent),
      items_(At(dataset.num_items())),
      width_(At(agent.action_width())),
      published_mask_(published_mask),
      inside_(items_),
      nothing_(items_) {}

void AgentTurn::Act(std::span<const Observation> observations, bool explore) {
  observations_ = observations;
  scores_.resize(observations.size() * items_);
  actions_.resize(observations.size() * width_);
  agent_.Act(observations, explore, scores_, actions_);
  RequireFiniteScores(agent_.name(), observations, scores_);
}

void AgentTurn::Select(size_t i, std::span<int32_t> slate) {
  const Observation& seen = observations_[i];
  const std::span<float> scores(scores_.data() + i * items_, items_);
  ItemsInPlan(dataset_, seen.plan, inside_);
  if (published_mask_) ApplyProductMask(scores, inside_);
  SelectSlate(scores, inside_, seen.excluded.empty() ? std::span(nothing_) : seen.excluded, slate);
}

}  // namespace lerl
