#pragma once
// `linucb`: the linear contextual bandit with upper confidence bounds (Li et al. 2010, "A
// contextual-bandit approach to personalized news article recommendation", arXiv 1003.0146).
//
//   score(i) = theta . x(s, i) + alpha sqrt(x(s, i)' M^-1 x(s, i))                             (1)
//
//   x, theta   features of user and item, and their weights (agents/learning/linear_bandit.h)
//   M          l2 I + the sum of x x' over all rows learned from (nn/ridge.h); the paper's A
//   alpha      width of the bound; the paper's is 1 + sqrt(ln(2 / delta) / 2)
//
// Differences from the paper: one model serves all users and items, where its Algorithm 2 also has
// one for each article; the rows of an iteration of whole sessions enter together; evaluation shows
// the items of the highest expectation, without the bound.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct LinucbConfig {
  double alpha = 1;
  double l2 = 1;

  void VisitFields(FieldVisitor& visit) {
    visit("alpha", alpha, "width of the confidence bound in standard deviations", Range{0, 100});
    visit("l2", l2, "of the ridge regression", Range{1e-6, 1e6});
  }
};

std::unique_ptr<Agent> MakeLinucb(const AgentContext& context, const LearnerConfig& learner,
                                  const LinucbConfig& config);

}  // namespace lerl
