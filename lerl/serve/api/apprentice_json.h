#pragma once
// An apprentice as the API shows it, and as figures for Prometheus.

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "lerl/http/metrics.h"
#include "lerl/serve/apprentice.h"

namespace lerl {

// null where there is none.
nlohmann::json ApprenticeJson(const std::optional<ApprenticeStatus>& status);

// Sets whether the apprentice serves, and its users and agreement with the product.
void SetApprenticeMetrics(const ApprenticeStatus& status, Metrics& metrics);

}  // namespace lerl
