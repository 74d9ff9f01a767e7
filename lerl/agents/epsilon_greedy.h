#pragma once
// `epsilon_greedy`: shows what a linear model, learned online, expects most of, and explores by
// chance (Sutton and Barto 2018, section 2.2; a baseline of Li et al. 2010, arXiv 1003.0146).
//
//   score(i) = theta . x(s, i)          x, theta: agents/learning/linear_bandit.h              (1)
// While exploring, each slot shows a random item of the mask with probability epsilon, which may
// fall over the run (agents/learning/exploration_config.h).
//
// It is the control beside `linucb`: the same model, without its confidence bounds.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/exploration_config.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct EpsilonGreedyConfig {
  double epsilon = 0.1;
  ExplorationConfig exploration{};
  double l2 = 1;

  void VisitFields(FieldVisitor& visit) {
    visit("epsilon", epsilon, "share of slots that explore", Range{0, 1});
    exploration.VisitFields(visit);
    visit("l2", l2, "of the ridge regression", Range{1e-6, 1e6});
  }
};

std::unique_ptr<Agent> MakeEpsilonGreedy(const AgentContext& context, const LearnerConfig& learner,
                                         const EpsilonGreedyConfig& config);

}  // namespace lerl
