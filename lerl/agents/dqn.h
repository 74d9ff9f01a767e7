#pragma once
// `dqn`: double deep Q-learning over items (Mnih et al. 2015, doi 10.1038/nature14236; van Hasselt
// et al. 2016, arXiv 1509.06461), extended to slates by decomposition.
//
//   Q(s, i) = v(s) + E_i . f(s) + b_i                                                          (1)
//   y_k     = r_k + gamma g mean_{j in A*} Q'(s', j)                                           (2)
//   A*      = top K of Q(s', .) inside the mask                                                (3)
//   L       = mean over steps and shown items of (Q(s, i_k) - y_k)^2                           (4)
//
//   v, f, b   the network and the biases (agents/learning/item_values.h); E_i is item i's vector
//   r_k       reward of the k-th shown item: what its responses count in the reward, plus the part
//             of the step's reward that responses do not explain (agents/learning/item_values.h)
//   g         how much goes on after the step: 0 where the user left (agents/learning/gae.h)
//   Q'        soft copy of the network of (1); the state encoder has none, for the reason that
//             agents/learning/deterministic_actor.h gives
// With n_step above 1, the mean of the next slate's r_k, and so on for n rewards, comes before Q'
// in (2) (agents/learning/n_step.h).
// The slate is the top K of Q inside the mask. While exploring, a random item of the mask takes
// each slot with probability epsilon, which may fall over the run
// (agents/learning/exploration_config.h).
//
// Every shown item is a transition with its own reward and the slate's next state (as SlateQ, Ie et
// al. 2019, arXiv 1905.12767, without its choice model). A fit of the slate's mean alone would
// leave item values free to drift apart.
//
// Warm start: the same loss on the chunks of the logs, with all items inside the mask.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/double_q_config.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

std::unique_ptr<Agent> MakeDqn(const AgentContext& context, const LearnerConfig& learner,
                               const DoubleQConfig& config);

}  // namespace lerl
