#include "lerl/agents/epsilon_greedy.h"

#include "lerl/agents/learning/exploration.h"
#include "lerl/agents/learning/linear_bandit.h"

namespace lerl {
namespace {

class EpsilonGreedy : public LinearBandit {
 public:
  EpsilonGreedy(const AgentContext& context, const LearnerConfig& learner,
                const EpsilonGreedyConfig& config)
      : LinearBandit("epsilon_greedy", context, learner, config.l2), config_(config) {}

 private:
  void Explore(const Observation& seen, const Taste&, std::span<float> scores) override {
    ExploreSlots(dataset_, seen, slate_, config_.epsilon, scores);
  }

  const EpsilonGreedyConfig config_;
};

}  // namespace

std::unique_ptr<Agent> MakeEpsilonGreedy(const AgentContext& context, const LearnerConfig& learner,
                                         const EpsilonGreedyConfig& config) {
  return std::make_unique<EpsilonGreedy>(context, learner, config);
}

}  // namespace lerl
