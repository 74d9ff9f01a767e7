#pragma once
// `mmr`: greedy with diversity, a control. It is maximal marginal relevance (Carbonell and
// Goldstein 1998, doi 10.1145/290941.291025) on what the policy side knows; it is no oracle and
// does not learn.
//
//   next(S)    = argmax_{i in mask, not in S}  lambda rel(u, i) - (1 - lambda) like(i, S)      (1)
//   rel(u, i)  = sigmoid(logit_ui)                                                             (2)
//   like(i, S) = max_{j in S} cos(E_i, E_j),     0 for an empty S                              (3)
//
//   S          the slate so far, which grows by one item at a time from empty to K
//   logit_ui   what the policy side's factorisation gives user u and item i
//   E_i        item vector of the policy side (agents/items/item_factors.h)
// The slate of a user is the same at every step but for the mask. lambda = 1 is greedy on the
// policy side.

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
