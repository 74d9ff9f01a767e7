#pragma once
// `mmr`: greedy with diversity, a control. Maximal marginal relevance (Carbonell and Goldstein
// 1998, doi 10.1145/290941.291025) on what the policy side knows; it is no oracle and does not
// learn.
//
//   the next item of the slate: argmax over the mask of  lambda rel(u, i) - (1 - lambda) max_{j in
//   S} cos(E_i, E_j) rel(u, i) = sigmoid(logit_ui) of the policy side's factorisation
//   (agents/items/item_factors.h)
// S is the slate so far; E its item vectors. The slate is the same at every step but for the mask.
// lambda = 1 is greedy on the policy side.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/base/config.h"

namespace lerl {

struct MmrConfig {
  double lambda = 0.7;

  void VisitFields(FieldVisitor& visit) {
    visit("lambda", lambda, "weight of relevance against likeness inside the slate", Range{0, 1});
  }
};

std::unique_ptr<Agent> MakeMmr(const AgentContext& context, const MmrConfig& config);

}  // namespace lerl
