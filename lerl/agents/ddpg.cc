#include "lerl/agents/ddpg.h"

#include "lerl/agents/learning/deterministic_actor.h"

namespace lerl {
namespace {

class Ddpg : public DeterministicActor {
 public:
  Ddpg(const AgentContext& context, const LearnerConfig& learner, const DdpgConfig& config)
      : DeterministicActor("ddpg", context, learner, config.replay,
                           {.bootstrap = config.published_bootstrap ? Bootstrap::kWhenLeft
                                                                    : Bootstrap::kWhileOn}) {}
};

}  // namespace

std::unique_ptr<Agent> MakeDdpg(const AgentContext& context, const LearnerConfig& learner,
                                const DdpgConfig& config) {
  return std::make_unique<Ddpg>(context, learner, config);
}

}  // namespace lerl
