#include "lerl/study/study_page.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/eval/report/comparison_report.h"
#include "lerl/study/study_text.h"

namespace lerl {
namespace {

// "evolving", "evolving, large"
std::string OtherLevels(const StudyPlan& plan, size_t row) {
  std::string name;
  for (size_t f = 1; f < plan.study.factors.size(); ++f)
    name += (name.empty() ? "" : ", ") + plan.study.factors[f].levels[At(plan.levels[row][f])].name;
  return name;
}

HeatMap HeatOf(const StudyPlan& plan, const StudyOutcome& outcome, const std::string& metric) {
  HeatMap map{.metric = metric, .rows = {}, .columns = {}, .values = {}};
  for (const StudyLevel& level : plan.study.factors[0].levels) map.rows.push_back(level.name);
  for (size_t row = 0; row < plan.levels.size(); ++row) {
    const std::string column = OtherLevels(plan, row);
    if (std::ranges::find(map.columns, column) == map.columns.end()) map.columns.push_back(column);
  }
  map.values.resize(map.rows.size() * map.columns.size());
  for (size_t row = 0; row < plan.levels.size(); ++row) {
    const std::optional<Evaluation>& evaluation = outcome.rows[row].evaluation;
    const auto column =
        std::ranges::find(map.columns, OtherLevels(plan, row)) - map.columns.begin();
    if (evaluation && evaluation->result.Has(metric))
      map.values[At(plan.levels[row][0]) * map.columns.size() + At(column)] =
          evaluation->result.metric(metric).mean;
  }
  return map;
}

}  // namespace

StudySection SectionOf(const StudyPlan& plan, const StudyOutcome& outcome) {
  StudySection section{
      .unfit = UnfitSentence(outcome),
      .question = plan.study.question,
      .lead = VerdictCount(outcome) + " " + outcome.analysis.value("correction", ""),
      .sentences = FindingSentences(plan, outcome)};
  for (size_t c = 0; c < outcome.findings.size(); ++c) {
    const ClaimResult& result = outcome.findings[c].result;
    const bool better = plan.study.claims[plan.contrasts[c].claim].says == "better";
    section.claims.push_back({.text = plan.contrasts[c].text,
                              .verdict = std::string(ClaimVerdictName(result.verdict)),
                              .corrected = result.corrected,
                              .margin = better ? 0 : result.margin,
                              .judged = result.verdict != ClaimVerdict::kNotJudged});
  }
  for (const FailedStudyCell& failed : outcome.failed)
    section.failed.push_back(JoinNames(failed.rows) + ", seed " + std::to_string(failed.seed) +
                             ": " + failed.error);
  if (plan.study.design == "one_at_a_time" || plan.study.factors.size() < 2) return section;
  std::vector<std::string> metrics = {plan.study.metric};
  for (const StudyClaim& claim : plan.study.claims)
    if (std::ranges::find(metrics, claim.metric) == metrics.end()) metrics.push_back(claim.metric);
  for (const std::string& metric : metrics)
    section.heat_maps.push_back(HeatOf(plan, outcome, metric));
  return section;
}

void WriteStudyPage(const StudyPlan& plan, const StudyOutcome& outcome,
                    const std::vector<std::vector<HeldOutPlay>>& plays, ComparisonWork& work,
                    const std::filesystem::path& out) {
  ComparisonConfig whole = plan.comparison;
  std::vector<std::vector<HeldOutPlay>> of_whole;
  std::vector<EvaluationResult> results;
  whole.rows.clear();
  const std::vector<std::string> rules = LeaveRules(plan.comparison);
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    if (outcome.rows[row].seeds != plan.seeds()) continue;
    whole.rows.push_back(plan.comparison.rows[row]);
    of_whole.push_back(plays[row]);
    results.push_back(outcome.rows[row].evaluation->result);
    results.back().leave_rule = rules[row];
  }
  if (whole.rows.empty()) {
    LogWarning("every row has failed cells, so there is no report.html");
    return;
  }
  RankRows(results);
  whole.references = {whole.rows.front().label};
  if (!outcome.unfit.empty()) whole.notes.insert(whole.notes.begin(), UnfitSentence(outcome) + ".");
  whole.notes.insert(whole.notes.end(), plan.aliases.begin(), plan.aliases.end());
  const RunConfig& first = whole.rows.front().play();
  const World& world = work.WorldOf(first);
  const World& truth = TruthOf(world);
  const std::unique_ptr<Env> env = MakeWorldEnv(world, *first.env, 1);
  WriteComparisonReport(whole, world,
                        MakeResponseReport(truth.dataset, truth.split, *world.response_model, *env),
                        results, of_whole, out, SectionOf(plan, outcome));
}

}  // namespace lerl
