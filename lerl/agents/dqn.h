#pragma once
// `dqn`: double deep Q-learning over items (Mnih et al. 2015, doi 10.1038/nature14236; van Hasselt
// et al. 2016, arXiv 1509.06461), on slates by decomposition.
//
//   Q(s, i) = v(s) + E_i . f(s) + b_i                          slate = top K of Q inside the mask
//   y_k     = r_k + gamma g mean_{j in A*} Q'(s', j),  A* = top K of Q(s', .) inside the mask
//   L       = mean over steps and shown items of (Q(s, i_k) - y_k)^2
// Every shown item is a transition with its own reward and the slate's next state (as SlateQ, Ie et
// al. 2019, arXiv 1905.12767, without its choice model): r_k is the item's response plus the part
// of the step's reward that responses do not explain, so that the mean over the slate is the step's
// reward. Fitting only the slate's mean would leave item values free to drift apart.
// Q' is a soft copy of the head; the state encoder has none (agents/learning/deterministic_actor.h says
// why). Exploration: each slot is taken by a random item of the mask with probability epsilon.
//
// Warm start: the same loss on the logs' chunks, all items inside the mask.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/double_q_config.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

std::unique_ptr<Agent> MakeDqn(const AgentContext& context, const LearnerConfig& learner,
                               const DoubleQConfig& config);

}  // namespace lerl
