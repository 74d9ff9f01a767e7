#pragma once
// An experiment as the API shows it, and as figures for Prometheus.

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "lerl/http/metrics.h"
#include "lerl/serve/experiment.h"

namespace lerl {

// null where there is none.
nlohmann::json ExperimentJson(const std::optional<ExperimentStatus>& status);

// Sets, for each policy of an experiment, its share in force, users, share liked, whether it was
// stopped, and the difference from the first one with its interval.
void SetExperimentMetrics(const ExperimentStatus& status, Metrics& metrics);

}  // namespace lerl
