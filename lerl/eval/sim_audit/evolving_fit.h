#pragma once
// Held-out fit of the evolving-interest task's users (sim/evolving/evolving_users.h): whether the
// interests that the world adds to the taste in single items z predict what people liked, or only
// make a world. On the test rows, before any fatigue or drift:
//
//   world      p = sigmoid(z_ui + sum_c w_ic theta_uc,0)   z, theta_0: the world's
//   z alone    p = sigmoid(z'_ui)                          z': a factorisation of the settings,
//                                                          fitted without interests
//
//   extra log loss = (LL of the world - LL of z alone) / LL of z alone, paired by row; its interval
//                    resamples users
//   latent share   = cells (user, category) whose interest is drawn
//   variance ratio = mean theta_0^2 of latent cells / of known ones
//   worth of truth = R_cum with the true interests / without - 1 (eval/tables/evolving_table.h),
//                    its interval from the standard errors of both, as if they were independent
//
// Bounds; extra log loss and worth of truth decide:
//   extra log loss   green .01, yellow .03: z takes about a sixth off the base rate's log loss,
//                    and 3% is a fifth of that (known when this was written: 4.6%, first world)
//   variance ratio   green 1.5, yellow 3: with more, rewards lie in what the log is silent on,
//                    by construction
//   worth of truth   green .10, yellow .05: the task must reward knowing people
//
// AUC, log loss, ECE and skill of the world are those of eval/sim_audit/held_out_fit.h.

#include <vector>

#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/held_out_fit.h"
#include "lerl/sim/evolving/evolving_users.h"
#include "lerl/train/world.h"

namespace lerl {

inline constexpr LightBounds kExtraLossBounds{
    .green = 0.01, .yellow = 0.03, .higher_is_better = false};
inline constexpr LightBounds kVarianceBounds{.green = 1.5, .yellow = 3, .higher_is_better = false};
inline constexpr LightBounds kWorthBounds{.green = 0.1, .yellow = 0.05};

// Predicts the test rows; `plain` holds z alone.
PlayedRows PredictEvolving(const EvolvingUsers& people, const MfModel& z_alone,
                           const Dataset& dataset, const Split& split,
                           const EvolvingConfig& config);

// Extra log loss of `played` against `plain`.
Interval ExtraLogLoss(const PlayedRows& rows);

// All figures of a world of the task. `table_users`: of the worth of truth, at most.
std::vector<AuditFigure> EvolvingFit(const World& world, const RunConfig& config,
                                     int64_t table_users);

}  // namespace lerl
