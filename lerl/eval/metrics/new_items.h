#pragma once
// New items (data/new_items.h): how often they are shown, and what an item that is shown earns, new
// ones and known ones apart.
//
//   new_item_share      = N_new / N
//   new_item_reward     = sum of r over the new items shown / N_new      0 where none is shown
//   known_item_reward   = the same of the other items
//
//   N, N_new   items shown, and the new ones of them, each as often as it was shown
//   r          = g_i sum_f w_f y_f, what the drawn responses to the item count in the reward
//                (sim/session_log.h); what a slate loses by likeness is no item's
//
// Worlds without new items have no such figures.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues NewItemShare(const SessionLog& log, const MetricInput& input);
SessionValues NewItemReward(const SessionLog& log, const MetricInput& input);
SessionValues KnownItemReward(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
