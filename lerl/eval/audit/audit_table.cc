#include "lerl/eval/audit/audit_table.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/base/version.h"
#include "lerl/eval/audit/audit_claims.h"
#include "lerl/eval/audit/closed_loop_table.h"
#include "lerl/eval/audit/prompt_spread.h"
#include "lerl/eval/interval_json.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

// What is to be known of the controls.
std::string Notes(const std::vector<AuditRow>& rows) {
  for (const AuditRow& row : rows)
    if (row.planner == "none")
      return "none: ranks by category id, which may be the alphabet's order; no control.\n";
  return "";
}

// How figures depend on the prompt, and on which labels an endpoint was silent.
std::string PromptText(const std::vector<AuditRow>& rows) {
  char text[160];
  std::string out;
  for (const AuditRow& row : rows) {
    if (row.plans.unlisted_labels == 0) continue;
    std::snprintf(text, sizeof(text),
                  "%s: %.1f labels per plan are not listed by the endpoint and rank last\n",
                  LabelOf(row).c_str(), row.plans.unlisted_per_plan());
    out += text;
  }
  for (const PromptSpread& spread : PromptSpreads(rows)) {
    std::snprintf(text, sizeof(text), "%s: NDCG@5 over %zu %s %.3f to %.3f, sd %.3f\n",
                  LabelOf({.planner = spread.planner, .state = spread.state}).c_str(),
                  spread.means.size(), spread.over.c_str(), spread.lowest(), spread.highest(),
                  spread.sd);
    out += text;
  }
  return out;
}

nlohmann::json SpreadJson(const PromptSpread& spread) {
  return {{"planner", spread.planner},
          {"state", spread.state},
          {"over", spread.over},
          {"NDCG@5", spread.means},
          {"lowest", spread.lowest()},
          {"highest", spread.highest()},
          {"sd", spread.sd}};
}

// The difference of NDCG@5 from a reference, and its test where it was tested.
void AddAgainst(const std::string& name, size_t row, size_t reference,
                const std::vector<AuditRow>& rows, const AuditClaims& judged,
                nlohmann::json& line) {
  line["NDCG@5 less " + name] = IntervalJson(
      ComparePaired(TableOf(rows[row], "NDCG@5"), TableOf(rows[reference], "NDCG@5"), true)
          .difference);
  if (const AuditClaim* claim = judged.Find(row, reference)) line["tests"][name] = claim->test;
}

}  // namespace

std::string AuditJson(const std::vector<AuditRow>& rows, const RunConfig& config,
                      const AuditOptions& options, const std::vector<ClosedLoopRow>& closed_loop) {
  const AuditClaims judged = JudgeAudit(rows);
  const AuditRow& best = rows[judged.best];
  nlohmann::json out = {
      {"dataset", config.data.name},
      {"held_out", kHeldOutNames[At(best.held_out)]},
      {"looks", options.looks ? nlohmann::json(*options.looks) : nlohmann::json()},
      {"users", TableOf(best, "NDCG@5").users},
      {"seeds", options.seeds},
      {"plan_size", config.planner.plan_size},
      {"best_heuristic", best.planner},
      {"commit", Commit()},
      {"run_stale",
       options.run_stale.empty() ? nlohmann::json() : nlohmann::json(options.run_stale)},
      {"rows", nlohmann::json::array()}};
  for (size_t place = 0; place < rows.size(); ++place) {
    const AuditRow& row = rows[place];
    nlohmann::json line = {{"planner", row.planner}, {"state", row.state}};
    for (const auto& [name, table] : row.tables)
      line["metrics"][name] = IntervalJson(CrossedInterval(table));
    AddAgainst("best heuristic", place, judged.best, rows, judged, line);
    const auto random = std::ranges::find(rows, "random", &AuditRow::planner);
    if (random != rows.end())
      AddAgainst("random", place, At(random - rows.begin()), rows, judged, line);
    for (int origin = 0; origin < kPlanOrigins; ++origin)
      line["plans"][kPlanOriginNames[origin]] = row.plans.by_origin[origin];
    if (row.plans.unlisted_labels > 0) line["unlisted_labels"] = row.plans.unlisted_per_plan();
    for (const auto& [reason, count] : row.plans.reasons) line["reasons"][reason] = count;
    for (const auto& [name, value] : row.figures) line["figures"][name] = value;
    if (!row.prompt_hash.empty()) line["prompt_hash"] = row.prompt_hash;
    for (const auto& [name, table] : row.agreement)
      line["agreement with run"][name] = IntervalJson(CrossedInterval(table));
    out["rows"].push_back(line);
  }
  for (const PromptSpread& spread : PromptSpreads(rows))
    out["spreads"].push_back(SpreadJson(spread));
  if (!closed_loop.empty()) out["closed_loop"] = ClosedLoopJson(closed_loop);
  return out.dump(2);
}

namespace {

// NDCG@5 of each planner, and how far it is from the best heuristic.
std::string MainBlock(const std::vector<AuditRow>& rows, const AuditRow& best) {
  char text[160];
  std::snprintf(text, sizeof(text), "%-26s %-21s %s\n", "planner", "NDCG@5", "less best heuristic");
  std::string out = text;
  for (const AuditRow& row : rows) {
    const Interval ndcg = CrossedInterval(TableOf(row, "NDCG@5"));
    const Interval off =
        ComparePaired(TableOf(row, "NDCG@5"), TableOf(best, "NDCG@5"), true).difference;
    std::snprintf(text, sizeof(text), "%-26s %.3f [%.3f, %.3f]  %+.3f [%+.3f, %+.3f]\n",
                  LabelOf(row).c_str(), ndcg.mean, ndcg.low, ndcg.high, off.mean, off.low,
                  off.high);
    out += text;
  }
  return out;
}

// The other metrics, as many to a block as fit into 80 columns.
std::string OtherBlocks(const std::vector<AuditRow>& rows) {
  constexpr size_t kPerBlock = 4;
  char text[160];
  std::string out;
  for (size_t first = 1; first < rows[0].tables.size(); first += kPerBlock) {
    const size_t end = std::min(first + kPerBlock, rows[0].tables.size());
    std::snprintf(text, sizeof(text), "\n%-26s", "planner");
    out += text;
    for (size_t m = first; m < end; ++m) {
      std::snprintf(text, sizeof(text), " %12s", rows[0].tables[m].first.c_str());
      out += text;
    }
    out += "\n";
    for (const AuditRow& row : rows) {
      std::snprintf(text, sizeof(text), "%-26s", LabelOf(row).c_str());
      out += text;
      for (size_t m = first; m < end; ++m) {
        std::snprintf(text, sizeof(text), " %12.3f", row.tables[m].second.estimate);
        out += text;
      }
      out += "\n";
    }
  }
  return out;
}

}  // namespace

std::string AuditText(const std::vector<AuditRow>& rows, const AuditOptions& options) {
  const AuditClaims judged = JudgeAudit(rows);
  const AuditRow& best = rows[judged.best];
  char text[160];
  std::string out =
      MainBlock(rows, best) + OtherBlocks(rows) + "\n" + Notes(rows) + PromptText(rows);
  std::snprintf(text, sizeof(text), "%ld %s users x %ld seeds.\n", TableOf(best, "NDCG@5").users,
                kHeldOutNames[At(best.held_out)], TableOf(best, "NDCG@5").seeds);
  out += text + LooksText(options.looks);
  if (!options.run_stale.empty()) out += "run: stale, " + options.run_stale + ".\n";
  for (const AuditRow& row : rows)
    for (const auto& [name, table] : row.agreement) {
      const Interval agrees = CrossedInterval(table);
      std::snprintf(text, sizeof(text), "%s: %s with run %.3f [%.3f, %.3f]\n", LabelOf(row).c_str(),
                    name.c_str(), agrees.mean, agrees.low, agrees.high);
      out += text;
    }
  return out + "\n" + Wrapped(AuditSentences(rows, judged), 80);
}

}  // namespace lerl
