#include "lerl/agents/agent_turn.h"

#include <algorithm>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/index.h"
#include "lerl/nn/item_index.h"

namespace lerl {

AgentTurn::AgentTurn(const Dataset& dataset, Agent& agent, const Options& options)
    : dataset_(dataset),
      agent_(agent),
      items_(At(dataset.num_items())),
      width_(At(agent.action_width())),
      options_(options),
      inside_(items_),
      nothing_(items_) {}

void AgentTurn::Act(std::span<const Observation> observations, bool explore) {
  observations_ = observations;
  index_ = options_.scores || options_.published_mask ? nullptr : agent_.item_index();
  found_.clear();
  scores_.resize(index_ != nullptr ? 0 : observations.size() * items_);
  actions_.resize(observations.size() * width_);
  agent_.Act(observations, explore, scores_, actions_);
  if (index_ != nullptr)
    RequireFiniteActions(agent_.name(), observations, actions_);
  else
    RequireFiniteScores(agent_.name(), observations, scores_);
}

void AgentTurn::Search(size_t k) {
  std::vector<uint8_t> whole;
  for (const Observation& seen : observations_) whole.push_back(IsWhole(seen.plan) ? 1 : 0);
  const auto allowed = [&](size_t n, int32_t item) {
    const Observation& seen = observations_[n];
    if (!seen.excluded.empty() && seen.excluded[At(item)] != 0) return false;
    return whole[n] != 0 || HasCategoryOf(dataset_, seen.plan, item);
  };
  found_.resize(observations_.size() * k);
  index_->Find(actions_, allowed, options_.threads, found_);
}

void AgentTurn::Select(size_t i, std::span<int32_t> slate) {
  if (index_ != nullptr) {
    if (found_.empty()) Search(slate.size());
    std::ranges::copy(std::span(found_).subspan(i * slate.size(), slate.size()), slate.begin());
    return;
  }
  const Observation& seen = observations_[i];
  const std::span<float> scores(scores_.data() + i * items_, items_);
  ItemsInPlan(dataset_, seen.plan, inside_);
  if (options_.published_mask) ApplyProductMask(scores, inside_);
  SelectSlate(scores, inside_, seen.excluded.empty() ? std::span(nothing_) : seen.excluded, slate);
}

}  // namespace lerl
