#include "lerl/study/study_outcome.h"

#include <algorithm>
#include <map>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/run_scores.h"
#include "lerl/study/rank_intervals.h"

namespace lerl {
namespace {

constexpr size_t kLeastSeeds = 2;  // that a claim is tested with

// The seeds under which all rows have finished.
std::vector<int64_t> CommonSeeds(const StudyPlan& plan, const StudyOutcome& outcome,
                                 const StudyContrast& contrast) {
  std::vector<int64_t> common;
  for (const int64_t seed : plan.seeds()) {
    const auto finished = [&](size_t row) {
      return std::ranges::find(outcome.rows[row].seeds, seed) != outcome.rows[row].seeds.end();
    };
    if (std::ranges::all_of(contrast.level, finished) &&
        std::ranges::all_of(contrast.against, finished))
      common.push_back(seed);
  }
  return common;
}

// The table of a row under some of its seeds.
CrossedTable UnderSeeds(const CrossedTable& table, const std::vector<int64_t>& all,
                        const std::vector<int64_t>& seeds) {
  if (all == seeds) return table;
  CrossedTable part{
      .seeds = std::ssize(seeds), .users = table.users, .of_sessions = table.of_sessions};
  for (const int64_t seed : seeds) {
    const auto place = std::ranges::find(all, seed) - all.begin();
    const auto begin = table.cells.begin() + place * table.users;
    part.cells.insert(part.cells.end(), begin, begin + table.users);
  }
  for (const double cell : part.cells)
    part.estimate += cell / static_cast<double>(part.cells.size());
  return part;
}

// The mean of the rows' tables; nothing where a row has no such figure.
std::optional<CrossedTable> MeanTable(const StudyOutcome& outcome, const std::vector<size_t>& rows,
                                      const std::string& metric,
                                      const std::vector<int64_t>& seeds) {
  std::optional<CrossedTable> mean;
  const double share = 1.0 / static_cast<double>(rows.size());
  for (const size_t row : rows) {
    const CrossedTable* whole = outcome.rows[row].evaluation->table(metric);
    if (whole == nullptr) return std::nullopt;
    const CrossedTable table = UnderSeeds(*whole, outcome.rows[row].seeds, seeds);
    if (!mean)
      mean = CrossedTable{.seeds = table.seeds,
                          .users = table.users,
                          .of_sessions = table.of_sessions,
                          .cells = std::vector<double>(table.cells.size())};
    mean->estimate += share * table.estimate;
    mean->of_sessions = mean->of_sessions && table.of_sessions;
    for (size_t cell = 0; cell < table.cells.size(); ++cell)
      mean->cells[cell] += share * table.cells[cell];
  }
  return mean;
}

std::optional<Interval> Improvement(const CrossedTable& level, const CrossedTable& against,
                                    bool higher) {
  if (!level.of_sessions || !against.of_sessions) return std::nullopt;
  const RunScores x = ScoresOf(level), y = ScoresOf(against);
  return higher ? ProbabilityOfImprovementInterval(x, y) : ProbabilityOfImprovementInterval(y, x);
}

ClaimSample SampleOf(const StudyPlan& plan, const StudyOutcome& outcome,
                     const StudyContrast& contrast, StudyFinding& finding) {
  const StudyClaim& claim = plan.study.claims[contrast.claim];
  ClaimSample sample{.says = claim.says,
                     .higher_is_better = FindMetric(claim.metric).higher_is_better,
                     .relative_margin = claim.margin,
                     .relative_effect = claim.effect};
  finding.seeds = CommonSeeds(plan, outcome, contrast);
  if (finding.seeds.size() < kLeastSeeds) {
    finding.problem = "all its rows have finished under " + std::to_string(finding.seeds.size()) +
                      " of " + std::to_string(plan.seeds().size()) +
                      " seeds, and a test needs two; the failed cells stand below";
    return sample;
  }
  const auto level = MeanTable(outcome, contrast.level, claim.metric, finding.seeds);
  const auto against = MeanTable(outcome, contrast.against, claim.metric, finding.seeds);
  if (!level || !against) {
    finding.problem = "a row has no figure of " + claim.metric;
    return sample;
  }
  sample.paired = PairedTable(*level, *against);
  sample.reference = against->estimate;
  if (contrast.level.size() == 1 && contrast.against.size() == 1)
    finding.improvement = Improvement(*level, *against, sample.higher_is_better);
  return sample;
}

void RankStudyRows(const StudyPlan& plan, StudyOutcome& outcome) {
  std::map<std::string, std::vector<size_t>> groups;  // by leave rule and people
  const std::vector<std::string> rules = LeaveRules(plan.comparison);
  for (size_t row = 0; row < outcome.rows.size(); ++row) {
    const StudyRow& of = outcome.rows[row];
    if (!of.evaluation || of.seeds != plan.seeds() || of.evaluation->result.oracle) continue;
    if (of.evaluation->table(plan.study.metric) == nullptr) continue;
    groups[rules[row] + PeopleHash(plan.comparison.rows[row].play())].push_back(row);
  }
  const bool higher = FindMetric(plan.study.metric).higher_is_better;
  for (const auto& [rule, rows] : groups) {
    std::vector<const CrossedTable*> tables;
    for (const size_t row : rows)
      tables.push_back(outcome.rows[row].evaluation->table(plan.study.metric));
    const std::vector<Interval> ranks = RankIntervals(tables, higher);
    for (size_t n = 0; n < rows.size(); ++n) outcome.rows[rows[n]].rank = ranks[n];
  }
}

}  // namespace

void JudgeStudy(const StudyPlan& plan, StudyOutcome& outcome) {
  // 1. The claims, all of them as one family.
  std::vector<ClaimSample> samples;
  outcome.findings.assign(plan.contrasts.size(), {});
  for (size_t c = 0; c < plan.contrasts.size(); ++c)
    samples.push_back(SampleOf(plan, outcome, plan.contrasts[c], outcome.findings[c]));
  const std::vector<ClaimResult> results = TestClaims(samples);
  for (size_t c = 0; c < results.size(); ++c) outcome.findings[c].result = results[c];
  // 2. The rows: ranks, and interquartile means.
  RankStudyRows(plan, outcome);
  for (StudyRow& row : outcome.rows) {
    if (!row.evaluation) continue;
    const CrossedTable* table = row.evaluation->table(plan.study.metric);
    if (table != nullptr && table->of_sessions)
      row.evaluation->result.interquartile_mean = InterquartileMeanInterval(ScoresOf(*table));
  }
}

}  // namespace lerl
