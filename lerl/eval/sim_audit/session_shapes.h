#pragma once
// Sessions of simulated users under the logging-like policy (eval/sim_audit/audit_policies.h)
// against the log's sittings. A sitting is a run of a user's rows of which neighbours are at most
// half an hour apart, cut into slates of K rows; a last slate with fewer is left out of everything
// but the length.
//
//   figure                    values                                          distance
//   session length            steps of a session / slates of a sitting        KS, Wasserstein
//   category repeats          share of its slates that share a dominant       KS
//                             category with the slate before
//   category entropy          bits, of the first 3 slates of those that have  KS
//                             so many (entropy grows with length)
//   popularity curve          tenths of the items by training rows,           total variation,
//                             0 the most popular, of each item shown          Jensen-Shannon
//   likes by popularity       |share of likes, simulated - log| per tenth,    mean over tenths
//                             weighted by the log's items
//   share of likes            of all items shown                              difference
//   days between visits       1 to 10, the last for 10 and more               total variation
//
// The log's side of the popularity curve and of likes are the rows after the training part, which
// neither the policy nor the response model was fitted on. Intervals resample users of both sides.
//
// Bounds; none of them decides, because a leave rule that a paper prescribes is no model of real
// sittings, and because policies are compared inside one simulator:
//   KS, total variation      green .2, yellow .4 (a fifth, two fifths of sessions are otherwise)
//   likes                    green .05, yellow .10, as the ECE of the held-out fit
//
// Not handled: a real logging policy adapts to the user; this one does so by activity alone.

#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/user_bootstrap.h"
#include "lerl/sim/session_log.h"

namespace lerl {

inline constexpr LightBounds kShapeBounds{.green = 0.2, .yellow = 0.4, .higher_is_better = false};
inline constexpr LightBounds kLikeBounds{.green = 0.05, .yellow = 0.1, .higher_is_better = false};

// What both sides are turned into, each [U][values].
struct SessionShapes {
  ValuesByUser lengths, repeats, entropies;
  ValuesByUser tenths;  // of shown items, 2 * tenth + like
  ValuesByUser days;    // between visits
};

// Of simulated sessions, one log per seed with the same users.
SessionShapes ShapesOfPlay(const std::vector<SessionLog>& logs, const Dataset& dataset,
                           const Split& split);
// Of the log, of these users. Without times in the data set there are no days and one sitting per
// user.
SessionShapes ShapesOfLog(const Dataset& dataset, const Split& split,
                          const std::vector<int32_t>& users, int64_t slate);

std::vector<AuditFigure> CompareShapes(const SessionShapes& play, const SessionShapes& log,
                                       bool has_visits);

// [I] the tenth of each item by training rows, 0 the most popular.
std::vector<int> PopularityTenths(const Dataset& dataset, const Split& split);

}  // namespace lerl
