#pragma once
// ReportInput: everything that a report shows. It is kept as report.json in the folder of a
// comparison, so that the page can be made again.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/eval/evaluation.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// A point of a learning curve, measured on validation users without exploration.
struct CurvePoint {
  double user_steps = 0;  // that training has taken so far
  double r_cum = 0, t_int = 0;
};

struct LearningCurve {
  std::string policy{};
  int64_t seed = 0;
  std::vector<CurvePoint> points{};  // by user_steps
};

struct ShownItem {
  std::string title{};
  std::vector<std::string> categories{};
  bool liked = false;                   // the drawn response of the first behaviour
  std::optional<double> probability{};  // of that behaviour, where it was kept
};

struct SampleStep {
  std::vector<std::string> planned{};  // names of categories; empty without a plan
  std::string origin{};                // of the plan: "fresh", "cached", "nearest", "kept", ...
  std::vector<ShownItem> items{};      // in slate order
  double expected_reward = 0;
  bool repeat = false;  // a dominant category in common with the slate before
};

struct SampleSession {
  std::string policy{}, user{};
  int64_t seed = 0;
  std::vector<SampleStep> steps{};
  std::string end{};  // "the user left" or "cut at the limit"
};

// What a planner was asked and how it answered, in one phase of a run.
struct PlannerUse {
  std::string policy{}, phase{};  // phase: "training" or "evaluation"
  PlanOrigins plans{};
  std::vector<std::pair<std::string, int64_t>> details{};  // reasons of fallbacks, widenings, ...
};

struct CalibrationBin {
  double predicted = 0, observed = 0;  // means over the bin
  int64_t count = 0;
};

struct BehaviourCalibration {
  std::string name{};
  double auc = 0, log_loss = 0, calibration_error = 0;  // the expected calibration error
  double base_rate = 0;
  std::vector<CalibrationBin> bins{};  // in the order of `predicted`
};

struct ResponseModelReport {
  std::string name{};
  std::vector<BehaviourCalibration> behaviours{};
  double random_reward = 0, oracle_reward = 0;  // mean step reward of random and of best slates
};

// A claim of a study (lerl/study): the difference that it was tested by.
struct ClaimLine {
  std::string text{}, verdict{};
  Interval corrected{};
  double margin = 0;    // of "no worse" and "same"; 0 where there is none
  bool judged = false;  // false: there is no difference
};

// Means of a metric by the levels of two factors, or of one and the others together.
struct HeatMap {
  std::string metric{};
  std::vector<std::string> rows{}, columns{};
  std::vector<std::optional<double>> values{};  // [rows, columns]; absent where a cell has failed
};

// What stands first on the page of a study.
struct StudySection {
  std::string unfit{}, question{}, lead{};  // unfit: "" where the simulator is fit
  std::vector<std::string> sentences{};     // of the verdicts
  std::vector<ClaimLine> claims{};
  std::vector<HeatMap> heat_maps{};
  std::vector<std::string> failed{};  // cells, a sentence each
};

struct ReportInput {
  std::string title{};
  std::vector<std::string> references = {"ppo"};  // labels that differences are taken against
  std::vector<std::string> notes{};               // sentences for the head of the page
  std::vector<std::string> metrics{};             // what tables show (TableMetrics)
  std::vector<std::string> dataset_lines{};       // what `lerl data info` says, line by line
  std::vector<EvaluationResult> rows{};
  std::vector<LearningCurve> curves{};
  std::vector<SampleSession> sessions{};
  std::vector<PlannerUse> planners{};  // in training; the rows count what evaluation used
  ResponseModelReport response_model{};
  std::string config_text{};  // TOML
  std::vector<int64_t> seeds{};
  std::string commit{}, machine{}, created{};  // `created`: a date, in words
  std::optional<StudySection> study{};         // of a study alone
};

// The sample session that number `session` of a log becomes.
SampleSession MakeSampleSession(const std::string& policy, int64_t seed, const Dataset& dataset,
                                const SessionLog& log, int64_t session);

void to_json(nlohmann::json& json, const ReportInput& input);
void from_json(const nlohmann::json& json, ReportInput& input);

void WriteReportJson(const std::filesystem::path& path, const ReportInput& input);

// Reads report.json. Throws Error(kNoRun) when the file is missing, Error(kCheckpoint) when it is
// damaged.
ReportInput ReadReportJson(const std::filesystem::path& path);

}  // namespace lerl
