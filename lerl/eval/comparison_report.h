#pragma once
// The report of a comparison: gathers what the page shows from runs and sessions.

#include <filesystem>
#include <vector>

#include "lerl/eval/comparison.h"
#include "lerl/sim/session_log.h"
#include "lerl/train/world.h"

namespace lerl {

// Writes OUT/report.json and OUT/report.html. `logs` [rows][seeds] are the held-out sessions.
void WriteComparisonReport(const ComparisonConfig& config, const World& world,
                           const std::vector<EvaluationResult>& results,
                           const std::vector<std::vector<SessionLog>>& logs,
                           const std::filesystem::path& out);

}  // namespace lerl
