#pragma once
// `hac`: the hyper-actor critic (Liu et al., WWW 2023, arXiv 2302.03431). The actor proposes a
// vector Z, and a kernel of items turns it into the slate. Four losses keep the space of vectors
// and the space of slates together: the value is learned at the slate that was shown, through its
// pooled vector, and maximised at the vector that the actor proposes.
//
//   Z       = pi(s) + sigma N(0, I)                                                            (1)
//   phi(i)  = W E_i + b,     score(i) = phi(i) . Z,     a(Z) = top K inside the mask           (2)
//   g(a)    = mean_{i in a} phi(i)                                                             (3)
//   y_t     = r_t + gamma g_t Q'(s_t+1, pi'(s_t+1))                                            (4)
//   L_TD    = mean_t (Q(s_t, sg g(a_t)) - y_t)^2 + mean_t (Q(s_t, Z_t) - y_t)^2                (5)
//   L_QMax  = -mean_t Q(sg s_t, pi(sg s_t))                                                    (6)
//   L_align = mean_t || g(a(Z)) - Z ||^2,     Z = pi(sg s_t)                                   (7)
//   L_BCE   = mean_t cross entropy of sigmoid(phi(i) . Z), i shown, against its response       (8)
//
//   pi, Q, g_t, sigma   as in agents/learning/deterministic_actor.h, which this agent extends; with
//                       probability epsilon Z is the noise alone
//   a_t, Z_t            the slate that was shown at step t, and the vector that was played
//   sg                  stop-gradient; primes are soft copies
// L_TD trains the critic and the state encoder; L_QMax the actor; L_align and L_BCE the actor and
// the kernel W, b. The actor's loss is L_QMax + alignment L_align + supervision L_BCE.
//
// Its own effect, which a test checks: alignment makes ||g(a(Z)) - Z|| fall, and the value at the
// proposed vector comes close to the value at the slate that would be shown, which is where the
// critic was fitted.
//
// Differences from the paper (docs/papers.md#hac):
//   - L_TD has its second term, the value at the vector that was played, as in DDPG. Slates alone
//     are few points, between which the actor climbs what no data has shaped; without this term a
//     chain with saturation is not solved.
//   - One optimiser serves the actor's three losses, with weights. The code has one Adam for each
//     loss over the same parameters; KuaiSim's port takes lambda for Adam's rate too.
//   - L_BCE takes the sigmoid of the raw score, as the code does, not the paper's softmax.
//   - W starts as the identity and b as 0.
//   - The slate is the top K; it is never drawn from the scores.
//   - Actor and critic start warm from the logs.
// These settings do as the public code does:
//   published_fit        L_TD has no second term (as in the paper)
//   published_bootstrap  y = r + gamma Q' only where the user has left, else y = r
//   published_noise      the noise is sigma U[0, 1), positive on average, though named Gaussian
//   published_states     L_TD fits the states that were stored while playing, and the state reaches
//                        the other losses with its gradient, so that they train the encoder instead
// Not handled: the bias coordinate of KuaiSim's port, which cannot change a ranking.

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
    replay.VisitVirtualItemActor(visit);
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
