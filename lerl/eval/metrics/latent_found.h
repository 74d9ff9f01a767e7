#pragma once
// latent_found: how soon does a session find the interests that a user's past is silent on?
//
//   sum over sessions of |F_u|  /  sum over sessions of sum over c in L_u of n_c
//
//   L_u  latent interests of the user: categories with fewer than 2 training rows, whose interest
//        is above 0 when the session starts
//   F_u  those of L_u that the session finds: it shows an item of them that the user likes
//   n_c  steps with c still to be found: up to the one that finds it, or all steps of the session
//
// It is the chance that a step finds an interest that is still to be found: what was found, over
// the steps that could have found it. So it is a rate, in which a step that could find nothing more
// does not count: a session of twice the length that goes on finding as it did has the same figure,
// though it finds more.
//
// There is no figure where L_u is empty for all users. Only the evolving-interest task has one: its
// log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues LatentFound(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
