#pragma once
// `hac`: the hyper-actor critic (Liu et al., WWW 2023, arXiv 2302.03431). The actor proposes a
// vector Z, a kernel of items turns it into the slate, and four losses keep the space of vectors
// and the space of slates together: the value is learned at the slate that was shown, through its
// pooled vector, and maximised at the vector that the actor proposes.
//
//   Z = pi(s) + sigma N(0, I)      with probability epsilon the noise alone
//   phi(i) = W E_i + b             score(i) = phi(i) . Z, the slate a(Z) = top K inside the mask
//   g(a) = mean_{i in a} phi(i)
//   L_TD    = (Q(s, sg g(a_t)) - y)^2 + (Q(s, Z_t) - y)^2,
//             y = r + gamma g_t Q'(s', pi'(s'))                               critic and encoder
//   L_QMax  = -Q(sg s, pi(sg s))                                              actor
//   L_align = || g(a(Z)) - Z ||^2,  Z = pi(sg s)                              actor and kernel
//   L_BCE   = cross entropy of sigmoid(phi(i) . Z), i shown, against its response
//             (agents/learning/deterministic_actor.h, which it is with these changes)  actor and kernel
//   the actor's loss is L_QMax + `alignment` L_align + `supervision` L_BCE
// Its own effect: alignment makes ||g(a(Z)) - Z|| fall, and the value at the proposed vector comes
// close to the value at the slate that would be shown, which is where the critic was fitted.
//
// Differences from the paper: L_TD has its second term, the value at the vector that was played, as
// DDPG has it: slates alone are few points, between which the actor climbs what no data has shaped
// (without it a chain with saturation is not solved); one optimiser for the actor's three losses,
// with weights (the code has one Adam for each over the same parameters; KuaiSim's port takes
// lambda for Adam's rate too); the sigmoid of the raw score in L_BCE as the code, not the paper's
// softmax; W starts as the identity and b as 0; top K, never drawn from the scores; warm start from
// the logs. The public code does otherwise, as these settings would:
//   published_fit        L_TD without its second term (the paper does so too)
//   published_bootstrap  y = r + gamma Q' only where the user has left
//   published_noise      sigma U[0, 1), positive on average, though named Gaussian
//   published_states     L_TD fits the states that were stored while playing, and the state reaches
//                        the other losses with its gradient, which trains the encoder instead
// Not handled: the bias coordinate of KuaiSim's port, which can't change a ranking.

#include <memory>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/replay_config.h"

namespace lerl {

struct HacConfig {
  ReplayConfig replay{
      .gamma = 0.85, .critic_rate = 2e-4, .actor_rate = 7e-4, .explore_sigma = 0.45};
  double alignment = 0.05;
  double supervision = 0.75;
  double epsilon = 0.01;
  bool published_fit = false;
  bool published_bootstrap = false;
  bool published_noise = false;
  bool published_states = false;

  void VisitFields(FieldVisitor& visit) {
    replay.VisitFields(visit);
    visit("alignment", alignment, "weight of the distance between vector and slate",
          Range{0, 1000});
    visit("supervision", supervision, "weight of the cross entropy of responses", Range{0, 1000});
    visit("epsilon", epsilon, "share of exploring steps whose vector is noise alone", Range{0, 1});
    visit("published_fit", published_fit, "fit the critic at the vectors of slates alone");
    visit("published_bootstrap", published_bootstrap, "bootstrap only where the user has left");
    visit("published_noise", published_noise, "explore by uniform noise in [0, explore_sigma)");
    visit("published_states", published_states,
          "fit the critic to stored states; the actor's losses train the encoder");
  }
};

std::unique_ptr<Agent> MakeHac(const AgentContext& context, const LearnerConfig& learner,
                               const HacConfig& config);

}  // namespace lerl
