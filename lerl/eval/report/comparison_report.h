#pragma once
// The report of a comparison: gathers what the page shows from runs, results and sessions.

#include <filesystem>
#include <optional>
#include <vector>

#include "lerl/eval/comparison_config.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/report/report_input.h"
#include "lerl/sim/response/response_report.h"

namespace lerl {

// Writes OUT/report.json and OUT/report.html. `plays` [rows][seeds] are the held-out sessions; the
// runs lie below OUT.
void WriteComparisonReport(const ComparisonConfig& config, const World& world,
                           const ResponseReport& response_model,
                           const std::vector<EvaluationResult>& results,
                           const std::vector<std::vector<HeldOutPlay>>& plays,
                           const std::filesystem::path& out,
                           const std::optional<StudySection>& study = std::nullopt);

}  // namespace lerl
