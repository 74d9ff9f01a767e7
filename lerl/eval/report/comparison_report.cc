#include "lerl/eval/report/comparison_report.h"

#include <sys/utsname.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/version.h"
#include "lerl/data/info.h"
#include "lerl/eval/report/report.h"
#include "lerl/eval/report/report_input.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  std::strftime(text, sizeof(text), "%e %B %Y", gmtime_r(&now, &parts));
  return text;
}

std::string Machine() {
  utsname name{};
  uname(&name);
  return std::string(name.sysname) + " " + name.machine + ", " +
         std::to_string(std::thread::hardware_concurrency()) + " cores";
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What a run's metrics.jsonl says: its learning curve, and the plans counted up to the last line
// with a validation.
struct RunMetrics {
  LearningCurve curve;
  PlannerUse training;
};

RunMetrics MetricsOf(const std::string& label, int64_t seed, const fs::path& folder) {
  RunMetrics metrics{{.policy = label, .seed = seed}, {.policy = label, .phase = "training"}};
  for (const Json& line : ReadMetrics(folder)) {
    if (!line.contains("valid_R_cum")) continue;
    try {
      metrics.curve.points.push_back(
          {line.at("user_steps"), line.at("valid_R_cum"), line.at("valid_T_int")});
      metrics.training.plans = line.at("plans").get<PlanOrigins>();
      metrics.training.details.clear();
      for (const auto& [reason, count] : line.at("plan_details").items())
        metrics.training.details.emplace_back(reason, count);
    } catch (const Json::exception& error) {
      throw Error(ErrorKind::kCheckpoint,
                  (folder / "metrics.jsonl").string() + ": the line of iteration " +
                      line.at("iteration").dump() + " is damaged (" + error.what() +
                      "). Restore the file, or delete the run's folder and train again");
    }
  }
  return metrics;
}

void Add(PlannerUse& sum, const PlannerUse& use) {
  sum.plans += use.plans;
  for (const auto& [reason, count] : use.details) {
    const auto same = std::find_if(sum.details.begin(), sum.details.end(),
                                   [&](const auto& entry) { return entry.first == reason; });
    if (same == sum.details.end())
      sum.details.emplace_back(reason, count);
    else
      same->second += count;
  }
}

// Adds the learning curves and the plans in training of the rows that learn, once for each group of
// runs: rows that share their runs are shown under the first row's label.
void AddTraining(const ComparisonConfig& config, const fs::path& out, ReportInput& input) {
  std::set<fs::path> done;
  for (const ComparisonRow& row : config.rows) {
    const fs::path group = GroupFolder(out, row.config);
    if (!FindAgentRow(row.config.agent.name).learns || !done.insert(group).second) continue;
    PlannerUse use{.policy = row.label, .phase = "training"};
    for (const int64_t seed : row.config.train.seeds) {
      RunMetrics metrics = MetricsOf(row.label, seed, SeedFolder(group, seed));
      input.curves.push_back(std::move(metrics.curve));
      Add(use, metrics.training);
    }
    input.planners.push_back(std::move(use));
  }
}

ResponseModelReport Summary(const ResponseReport& report) {
  ResponseModelReport out{.name = report.model,
                          .behaviours = {},
                          .random_reward = report.spread.random,
                          .oracle_reward = report.spread.oracle};
  for (const BehaviourReport& behaviour : report.behaviours) {
    if (behaviour.group != "all") continue;
    BehaviourCalibration row{.name = behaviour.behaviour,
                             .auc = behaviour.auc,
                             .log_loss = behaviour.log_loss,
                             .calibration_error = behaviour.ece,
                             .base_rate = behaviour.base_rate,
                             .bins = {}};
    for (const ReliabilityBin& bin : behaviour.bins)
      if (bin.rows > 0) row.bins.push_back({bin.predicted, bin.observed, bin.rows});
    out.behaviours.push_back(std::move(row));
  }
  return out;
}

}  // namespace

void WriteComparisonReport(const ComparisonConfig& config, const World& world,
                           const ResponseReport& response_model,
                           const std::vector<EvaluationResult>& results,
                           const std::vector<std::vector<HeldOutPlay>>& plays, const fs::path& out,
                           const std::optional<StudySection>& study) {
  const RunConfig& first = config.rows.front().config;
  ReportInput input;
  // 1. What the comparison is about, and its results.
  input.title = config.title;
  input.references = config.references;
  input.notes = config.notes;
  input.metrics = config.metrics;
  input.dataset_lines = Lines(InfoText(Describe(world.dataset, first.split)));
  input.rows = results;
  // 2. How the rows learned, and sample sessions under the first seed.
  AddTraining(config, out, input);
  for (size_t row = 0; row < config.rows.size(); ++row) {
    const SessionLog& log = plays[row].front().log;
    for (int64_t s = 0; s < std::min(config.sample_sessions, log.sessions); ++s)
      input.sessions.push_back(MakeSampleSession(config.rows[row].label, first.train.seeds.front(),
                                                 world.dataset, log, s));
  }
  // 3. What the figures rest on.
  input.response_model = Summary(response_model);
  input.config_text = config.text;
  input.seeds = first.train.seeds;
  input.commit = Commit();
  input.machine = Machine();
  input.created = Today();
  input.study = study;
  WriteReportJson(out / "report.json", input);
  WriteReport(input, out / "report.html");
}

}  // namespace lerl
