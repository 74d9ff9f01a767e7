#include "lerl/agents/td3.h"

#include "lerl/agents/learning/deterministic_actor.h"

namespace lerl {
namespace {

class Td3 : public DeterministicActor {
 public:
  Td3(const AgentContext& context, const LearnerConfig& learner, const Td3Config& config)
      : DeterministicActor("td3", context, learner, config.replay,
                           {.critics = 2,
                            .target_noise = config.target_noise,
                            .target_noise_clip = config.target_noise_clip,
                            .actor_every = config.actor_every,
                            .bootstrap = config.published_bootstrap ? Bootstrap::kUndiscounted
                                                                    : Bootstrap::kWhileOn}) {}
};

}  // namespace

std::unique_ptr<Agent> MakeTd3(const AgentContext& context, const LearnerConfig& learner,
                               const Td3Config& config) {
  return std::make_unique<Td3>(context, learner, config);
}

}  // namespace lerl
