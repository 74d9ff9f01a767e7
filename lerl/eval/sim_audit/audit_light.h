#pragma once
// Traffic lights of the simulator's audit (eval/sim_audit/sim_audit.h). A check gives figures; each
// figure has a 95% interval and, where it decides anything, two bounds that were written down
// before any figure was seen:
//
//   red      the figure is on the wrong side of `yellow`
//   green    it is on the right side of `green`, and its whole interval is on the right side of
//            `yellow`
//   yellow   anything else
//   none     no bounds, or no figure (an empty group, something that the data can't tell)
//
// A simulator is
//
//   unfit     a light that decides is red, or no light that decides could be measured
//   limited   any other light is red, or any is yellow
//   fit       otherwise
//
// Lights that decide are about the order of policies: held-out fit of all users, spread, the
// counterfactual check and the stability of the ranking. The others say what the simulator can't be
// asked: how long real sessions are, say, is no matter of a leave rule that a paper prescribes.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/eval/statistics.h"

namespace lerl {

enum class Light { kGreen, kYellow, kRed, kNone };
std::string_view LightName(Light light);  // "green", "yellow", "red", "-"

struct LightBounds {
  double green = 0, yellow = 0;
  bool higher_is_better = true;
};

struct AuditFigure {
  std::string check{};  // the unit that measured it: "held-out fit"
  std::string name{};   // "AUC of like"
  std::string group{};  // "all users"
  std::optional<Interval> value{};
  std::optional<LightBounds> bounds{};
  bool decides = false;
  std::string note{};  // what a reader must know; why there is no value

  Light light() const;
};

Light LightOf(const std::optional<Interval>& value, const std::optional<LightBounds>& bounds);

enum class Fitness { kFit, kLimited, kUnfit };
std::string_view FitnessName(Fitness fitness);  // "fit", "limited", "unfit"
Fitness FitnessOf(const std::vector<AuditFigure>& figures);

// "at least .70 (yellow .60)", "at most .05 (yellow .10)", or "" without bounds.
std::string BoundsText(const std::optional<LightBounds>& bounds);

// {"check", "name", "group", "value": INTERVAL or null, "green", "yellow", "higher_is_better",
//  "decides", "light", "note"}; the bounds are null where there are none.
nlohmann::json FigureJson(const AuditFigure& figure);

}  // namespace lerl
