#pragma once
// Sensitivity: what becomes of the order of policies when a parameter of the task that no log tells
// is otherwise. Each parameter is moved down and up by half (whole numbers by a quarter, at least
// by 1), one at a time, and the policies of eval/sim_audit/audit_policies.h play again.
//
//   reversed   the larger share, of down and up, of the pairs told apart that are told apart the
//              other way round (policy_spread.h)
//   spread     best policy / random, R_cum, at down and up, in the note
//
// Bounds; they don't decide, since a parameter may matter without the simulator being wrong: a
// conclusion that hangs on it must be shown at several of its values.
//   reversed   green 0, yellow .1
//
// Not handled: interactions of parameters, and those of the data (K, the split).

#include <string>
#include <vector>

#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/audit_policies.h"

namespace lerl {

inline constexpr LightBounds kSensitivityBounds{
    .green = 0, .yellow = 0.1, .higher_is_better = false};

// A parameter, its value, and what it is moved to.
struct MovedParameter {
  std::string name;  // "env.rho"
  double value = 0, down = 0, up = 0;
  bool whole = false;
};
// The parameters that the task and leave rules of the configuration read.
std::vector<MovedParameter> ParametersOf(const RunConfig& config);

// "env.rho=0.1"
std::string SettingText(const MovedParameter& parameter, double value);

std::vector<AuditFigure> Sensitivity(const World& world, const RunConfig& config,
                                     const std::vector<PolicyFigures>& played,
                                     const AuditPlay& play,
                                     const std::vector<MovedParameter>& parameters);

}  // namespace lerl
