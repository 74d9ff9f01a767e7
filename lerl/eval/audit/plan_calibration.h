#pragma once
// Are the scores with which a language model ranks categories worth what they say? Of a held-out
// user before the first slate, the model says p, a distribution over the C categories (the soft-max
// of its scores), and the next likes carry the categories in the shares s (sum 1):
//
//   H      = - sum_c s_c ln p_c                       mean over users, in nats
//   H_all  = - sum_c s_c ln a_c                       the same for what everybody likes
//   ECE    = sum_b (n_b / n) |predicted_b - observed_b|
//
//   a_c    (likes of c in all training rows + 1) / (sum over c of them + C)
//   bin b  the pairs of user and category whose p lies in the b-th tenth of [0, 1]; predicted_b is
//          their mean p and observed_b their mean s
//
// A model that knows people has H below H_all and an ECE near 0. H - H_all has an interval over
// users; p is kept at 1e-7 or more.
//
// The next likes are those of eval/audit/audit_users.h: the likes of the rows after the training
// rows, at most kNextLikes.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/eval/statistics.h"
#include "lerl/planner/planner.h"
#include "lerl/sim/response/response_metrics.h"
#include "lerl/train/world.h"

namespace lerl {

struct PlanCalibration {
  int64_t users = 0;
  double cross_entropy = 0;  // H
  Interval less_everyone{};  // H - H_all
  double error = 0;          // ECE
  std::vector<ReliabilityBin> bins{};
};

// `probabilities` and `shares` [U, C], `everyone` [C], each row with the sum 1.
PlanCalibration CalibrationOf(std::span<const double> probabilities, std::span<const double> shares,
                              std::span<const double> everyone);

// Asks the model of a planner for each of `users`. Throws Error(kConfig) with fewer than two.
PlanCalibration CalibratePlanner(const World& world, std::span<const int32_t> users,
                                 LanguageModelPlanner& planner);

}  // namespace lerl
