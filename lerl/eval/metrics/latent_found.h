#pragma once
// latent_found: does the session find the interests that a user's past is silent on?
//
//   sum over sessions of |F_u| / sum over sessions of |L_u|
//
//   L_u  latent interests of the user: categories with fewer than 2 training rows, whose interest
//        is above 0 when the session starts
//   F_u  those of L_u of which the session shows an item that the user likes
//
// There is no figure where L_u is empty for all users. Only the evolving-interest task has one: its
// log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues LatentFound(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
