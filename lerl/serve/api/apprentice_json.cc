#include "lerl/serve/api/apprentice_json.h"

#include <nlohmann/json.hpp>

#include "lerl/eval/interval_json.h"
#include "lerl/serve/time_format.h"

namespace lerl {

using Json = nlohmann::json;

Json ApprenticeJson(const std::optional<ApprenticeStatus>& status) {
  if (!status) return nullptr;
  const std::optional<DecisionRecord>& decision = status->decision;
  return {{"policy", status->policy},
          {"version", status->version},
          {"serves", status->serves},
          {"since", decision ? Json(FormatTime(decision->decided_us)) : Json()},
          {"needed", status->needed},
          {"smallest", status->smallest},
          {"users", status->users},
          {"agreement", status->users > 0 ? Json(status->agreement) : Json()},
          {"interval", IntervalJson(status->interval)}};
}

void SetApprenticeMetrics(const ApprenticeStatus& status, Metrics& metrics) {
  const auto set = [&](const std::string& figure, const char* help, double value) {
    metrics.AddGauge("lerl_apprentice_" + figure, help, {{"policy", status.policy}}).Set(value);
  };
  set("serves", "1 once the apprentice serves", status.serves ? 1 : 0);
  set("users", "users over whom the agreement is told", static_cast<double>(status.users));
  set("agreement", "mean share of the product's slates that the apprentice would have shown",
      status.agreement);
}

}  // namespace lerl
