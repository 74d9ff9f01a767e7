#pragma once
// `ppo`: proximal policy optimisation with a virtual item, the low-level personalised learner of
// LERL (arXiv 2601.19585). LERL is this agent with the `llm` planner; nothing in here knows which
// planner made the plan.
//
//   p_t      ~ N(mu(s_t), sigma^2)                                                             (1)
//   score(i) = E_i . p_t,     slate = top K of the scores inside the plan                      (2)
//   rho_t    = N(p_t; theta) / N(p_t; theta_old)                                               (3)
//   L        = -mean_t min(rho_t A_t, clip(rho_t, 1 - eps, 1 + eps) A_t)
//              + c_v mean_t (V(s_t) - R_t)^2 - c_e mean_t H_t                                  (4)
//
//   p_t        virtual item; its policy, and a second one that draws the slate's items, are in
//              agents/learning/policy_head.h
//   E_i        item vector of the policy side (agents/items/item_factors.h)
//   rho_t      density of what was drawn under the weights now, over that before the update
//   A_t, R_t   advantages and returns by GAE (agents/learning/gae.h), computed once, before the
//              update; A_t is standardised over a minibatch
//   H_t        entropy of the policy in s_t
//   eps, c_v, c_e   the settings clip, value_weight and entropy_weight
// With value_clip, the squared error of (4) is of a value that may not leave V before the update by
// more than that (agents/learning/ppo_loss.h). eps and the learning rate may go down over a run, by
// clip_schedule and learning_rate_schedule (nn/schedule.h).
// With target_kl, an iteration makes no further pass once the mean over a pass of (rho - 1) - log
// rho, an estimate of KL(old || new), is above it.
//
// References: Schulman et al. 2017 (arXiv 1707.06347), Schulman et al. 2016 (arXiv 1506.02438).
//
// Choices where the paper is silent, and differences from its public code
// (docs/papers.md#public-code-of-lerl):
//   - The encoder is causal, so one pass over a whole session gives the states of all its steps. It
//     is trained with the policy; in the public code it stays at its random start.
//   - E is frozen, the mask is minus infinity, and states hold plan, dominant categories and
//     budget.
//   - A session that was cut bootstraps from the state it is in, one that the user left does not,
//     nor one cut by a limit that the state's budget shows.
//   - The warm start is by cross entropy of sigmoid(E_i . mu) against the responses of the logs.
// Not handled: learning while sessions run (an iteration is a batch of whole sessions).

#include <memory>
#include <string>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"

namespace lerl {

struct PpoConfig {
  ActorCriticConfig common;
  double clip = 0.2;
  int64_t epochs = 2;
  double target_kl = 0;
  double value_clip = 0;
  std::string clip_schedule = "constant";
  double clip_end = 0;

  // eps at a share of the run (Agent::SetProgress).
  double ClipAt(double progress) const {
    return MakeSchedule(clip_schedule, clip_end).At(clip, progress);
  }

  void VisitFields(FieldVisitor& visit) {
    common.VisitFields(visit);
    visit("clip", clip, "epsilon of the clipped surrogate", Range{0.01, 1});
    visit("epochs", epochs, "passes over the sessions of an iteration", Range{1, 100});
    visit("target_kl", target_kl,
          "an iteration's passes end after one whose mean KL is above this; 0: never before epochs",
          Range{0, 100});
    visit("value_clip", value_clip,
          "by how much a value may leave the one before the update, in units of return; 0: freely",
          Range{0, 1e6});
    visit("clip_schedule", clip_schedule,
          "clip over a run's iterations: as it is, or linear to clip_end", ScheduleNames());
    visit("clip_end", clip_end, "share of clip that a linear schedule ends at", Range{0, 1});
  }
};

std::unique_ptr<Agent> MakePpo(const AgentContext& context, const LearnerConfig& learner,
                               const PpoConfig& config);

}  // namespace lerl
