#pragma once
// The registered analysis of a study, analysis.json in its folder: what is run, what is claimed and
// how it is tested, written before the first cell runs.
//
//   {"title", "question", "design", "aliases": [], "base",
//    "rows": [{"label", "levels": {FACTOR: LEVEL}, "settings": HASH, "judged": HASH or null}],
//    "seeds": [], "users", "held_out", "cell_minutes",
//    "claims": [{"text", "says", "metric", "margin", "effect", "level": [LABEL],
//                "against": [LABEL]}],
//    "correction", "intervals", "failed_cells",
//    "commit", "configuration": HASH of the rows, "data": HASH of the data and of the files of
//    language models, "machine", "written"}
//
// Machine and date are for people. All else must stay: a study that was changed is refused, and
// so is another commit, whose cells would be mixed with those that are there.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/data/split.h"
#include "lerl/study/study_plan.h"

namespace lerl {

// `data`: fingerprints of the rows' worlds, in their order.
nlohmann::json AnalysisOf(const StudyPlan& plan, HeldOut held_out,
                          const std::vector<std::string>& data);

// In what two analyses differ, such as "seeds (was [1,2], is [1,2,3])"; empty where in nothing that
// counts.
std::vector<std::string> AnalysisDifferences(const nlohmann::json& was, const nlohmann::json& is);

// Writes FOLDER/analysis.json where there is none. Throws Error(kConfig) that says what differs and
// which folder to use where there is another one, and where cells have run without one;
// Error(kCheckpoint) where it is damaged.
void RegisterAnalysis(const std::filesystem::path& folder, const nlohmann::json& analysis);

}  // namespace lerl
