#include "lerl/eval/sim_audit/audit_light.h"

#include <algorithm>
#include <cmath>

#include "lerl/eval/audit/format.h"
#include "lerl/eval/interval_json.h"

namespace lerl {

std::string_view LightName(Light light) {
  switch (light) {
    case Light::kGreen:
      return "green";
    case Light::kYellow:
      return "yellow";
    case Light::kRed:
      return "red";
    case Light::kNone:
      return "-";
  }
  return "-";
}

Light LightOf(const std::optional<Interval>& value, const std::optional<LightBounds>& bounds) {
  if (!value || !bounds || std::isnan(value->mean)) return Light::kNone;
  // Turned so that higher is better.
  const double sign = bounds->higher_is_better ? 1 : -1;
  const double figure = sign * value->mean;
  const double worst = bounds->higher_is_better ? value->low : -value->high;
  if (figure < sign * bounds->yellow) return Light::kRed;
  return figure >= sign * bounds->green && worst >= sign * bounds->yellow ? Light::kGreen
                                                                          : Light::kYellow;
}

Light AuditFigure::light() const { return LightOf(value, bounds); }

std::string_view FitnessName(Fitness fitness) {
  if (fitness == Fitness::kFit) return "fit";
  return fitness == Fitness::kLimited ? "limited" : "unfit";
}

Fitness FitnessOf(const std::vector<AuditFigure>& figures) {
  bool measured = false, limited = false;
  for (const AuditFigure& figure : figures) {
    const Light light = figure.light();
    if (figure.decides && light == Light::kRed) return Fitness::kUnfit;
    measured |= figure.decides && light != Light::kNone;
    limited |= light == Light::kRed || light == Light::kYellow;
  }
  if (!measured) return Fitness::kUnfit;
  return limited ? Fitness::kLimited : Fitness::kFit;
}

std::string BoundsText(const std::optional<LightBounds>& bounds) {
  if (!bounds) return "";
  return Format("%s %.2f (yellow %.2f)", bounds->higher_is_better ? "at least" : "at most",
                bounds->green, bounds->yellow);
}

nlohmann::json FigureJson(const AuditFigure& figure) {
  nlohmann::json json = {{"check", figure.check},
                         {"name", figure.name},
                         {"group", figure.group},
                         {"value", IntervalJson(figure.value)},
                         {"green", nullptr},
                         {"yellow", nullptr},
                         {"higher_is_better", nullptr},
                         {"decides", figure.decides},
                         {"light", LightName(figure.light())},
                         {"note", figure.note}};
  if (figure.bounds) {
    json["green"] = figure.bounds->green;
    json["yellow"] = figure.bounds->yellow;
    json["higher_is_better"] = figure.bounds->higher_is_better;
  }
  return json;
}

}  // namespace lerl
