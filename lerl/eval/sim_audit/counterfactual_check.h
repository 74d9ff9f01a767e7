#pragma once
// Counterfactual check: does the simulator order recommenders as the log does? For each of several
// random halvings of the log's rows into A and B:
//
//   recommenders, fitted on A    factors   best items by a factorisation
//                                reversed  the same items from the other end
//                                liked     items by their likes
//                                random    uniform
//   by the log       V_B = mean over users of the mean response to the K of the user's rows in B
//                    that the recommender ranks first (random: to all of them)
//   by the simulator V_S = mean over users of the expected reward per step of whole sessions;
//                    the simulator was fitted on what its settings say
//
// Of each pair whose V_B differ beyond doubt (a 95% interval of the paired difference, over users,
// that excludes 0) it is counted whether V_S orders it alike:
//
//   agreement = ordered alike / pairs that the log orders
//
// The interval is Wilson's (JASA 22, 1927) for so many pairs; the halvings share rows, so that it
// is too narrow rather than too wide.
//
// Users are training and validation users with at least 2 K rows in B. A simulator without users
// that may be played, or a log that orders no pair, has no light.
//
// Bounds; the first decides: agreement green .95, yellow .8. The pairs are a good and a bad
// recommender and one that shows the same to everybody: a simulator that confuses one in five of
// them can't be asked about differences between planners.
//
// Not handled: replay sees only items that people came to, so an order by it is one among those.
// R_cum, which the leave rules add to, has no counterpart in the log; its agreement stands beside
// without a light.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/audit_policies.h"

namespace lerl {

inline constexpr LightBounds kAgreementBounds{.green = 0.95, .yellow = 0.8};

// Wilson's 95% interval of `yes` among `all` > 0.
Interval WilsonInterval(int64_t yes, int64_t all);

// What a recommender is worth, by the log and by the simulator.
struct TwoWorths {
  std::string name;
  std::vector<double> by_log;  // [U] of each user
  double per_step = 0;         // by the simulator
  double reward = 0;           // R_cum, by the simulator
};

// How often the log orders a pair, and the simulator alike.
struct Agreement {
  int64_t ordered = 0, alike = 0, alike_by_reward = 0;
};
void CountAgreement(const std::vector<TwoWorths>& worths, std::map<std::string, Agreement>& pairs);

// The mean response to the first K rows by `scores` [n]; of all rows where there are no scores.
double ReplayValue(const std::vector<float>& scores, const std::vector<float>& responses,
                   int64_t slate);

std::vector<AuditFigure> CounterfactualCheck(const World& world, const RunConfig& config,
                                             const AuditPlay& play, int64_t splits);

}  // namespace lerl
