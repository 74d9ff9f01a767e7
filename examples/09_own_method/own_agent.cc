// An agent of one's own: popular items, each worth less the likelier the user has met it before.
// Nothing in the tree names it; AgentAdded puts its row into the registry.

#include <cmath>

#include "lerl/agents/control_agents.h"
#include "lerl/agents/registry.h"
#include "lerl/data/training_rows.h"

namespace {

class OwnAgent : public lerl::Control {
 public:
  explicit OwnAgent(const lerl::AgentContext& context)
      : Control("own_agent"), worth_(static_cast<size_t>(context.dataset.num_items())) {
    const lerl::TrainingRows rows = lerl::CollectTrainingRows(context.dataset, context.split);
    std::vector<float> shown(worth_.size());
    for (size_t n = 0; n < rows.items.size(); ++n) {
      const auto item = static_cast<size_t>(rows.items[n]);
      shown[item] += 1;
      worth_[item] += rows.responses[n];
    }
    for (size_t item = 0; item < worth_.size(); ++item)
      worth_[item] = (worth_[item] + 1) / (shown[item] + 4) * std::log(2 + shown[item]);
  }

 private:
  void ScoreItems(const lerl::Observation&, std::span<float> scores) override {
    std::copy(worth_.begin(), worth_.end(), scores.begin());
  }
  std::vector<float> worth_;  // [I]
};

std::unique_ptr<lerl::Agent> MakeOwnAgent(const lerl::AgentConfig&,
                                          const lerl::AgentContext& context) {
  return std::make_unique<OwnAgent>(context);
}

const lerl::AgentAdded kOwnAgent({.name = "own_agent",
                                  .what = "popular items that are liked where they are shown",
                                  .source = "examples/09_own_method",
                                  .make = MakeOwnAgent});

}  // namespace
