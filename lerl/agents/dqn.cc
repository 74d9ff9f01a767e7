#include "lerl/agents/dqn.h"

#include "lerl/agents/learning/double_q.h"

namespace lerl {
namespace {

class Dqn : public DoubleQ {
 public:
  Dqn(const AgentContext& context, const LearnerConfig& learner, const DoubleQConfig& config)
      : DoubleQ("dqn", context, learner, config) {}
};

}  // namespace

std::unique_ptr<Agent> MakeDqn(const AgentContext& context, const LearnerConfig& learner,
                               const DoubleQConfig& config) {
  return std::make_unique<Dqn>(context, learner, config);
}

}  // namespace lerl
