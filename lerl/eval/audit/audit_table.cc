#include "lerl/eval/audit/audit_table.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/base/version.h"
#include "lerl/eval/audit/closed_loop_table.h"
#include "lerl/eval/audit/prompt_spread.h"
#include "lerl/eval/interval_json.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/tables/verdict_text.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

// The row with the highest NDCG@5 among those that have no state (they neither learn nor come from
// a run), ask no language model and do not know the truth.
const AuditRow& BestHeuristic(const std::vector<AuditRow>& rows) {
  const AuditRow* best = nullptr;
  for (const AuditRow& row : rows) {
    if (!row.state.empty() || !row.prompt_hash.empty() || FindPlannerRow(row.planner).oracle)
      continue;
    if (best == nullptr || TableOf(row, "NDCG@5").estimate > TableOf(*best, "NDCG@5").estimate)
      best = &row;
  }
  return *best;
}

std::string LabelOf(const AuditRow& row) {
  return row.state.empty() ? row.planner : row.planner + " (" + row.state + ")";
}

// The control of what a language model knows; nullptr where it was not judged.
const AuditRow* RandomRow(const std::vector<AuditRow>& rows) {
  for (const AuditRow& row : rows)
    if (row.planner == "random") return &row;
  return nullptr;
}

Interval LessRandom(const AuditRow& row, const AuditRow& random) {
  return ComparePaired(TableOf(row, "NDCG@5"), TableOf(random, "NDCG@5"), true).difference;
}

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

}  // namespace

std::string AuditJson(const std::vector<AuditRow>& rows, const RunConfig& config,
                      const AuditOptions& options, const std::vector<ClosedLoopRow>& closed_loop) {
  const AuditRow& best = BestHeuristic(rows);
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
  for (const AuditRow& row : rows) {
    nlohmann::json line = {{"planner", row.planner}, {"state", row.state}};
    for (const auto& [name, table] : row.tables)
      line["metrics"][name] = IntervalJson(CrossedInterval(table));
    const PairedComparison compared =
        ComparePaired(TableOf(row, "NDCG@5"), TableOf(best, "NDCG@5"), /*higher_is_better=*/true);
    line["NDCG@5 less best heuristic"] = IntervalJson(compared.difference);
    if (const AuditRow* random = RandomRow(rows))
      line["NDCG@5 less random"] = IntervalJson(LessRandom(row, *random));
    line["non_inferior"] = compared.non_inferior;
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

// "better than X (+0.141 [+0.120, +0.160])", by whether the paired interval excludes 0.
std::string Against(const std::string& name, const Interval& less) {
  char text[160];
  std::snprintf(text, sizeof(text), "%s %s (%+.3f [%+.3f, %+.3f])",
                less.low > 0    ? "better than"
                : less.high < 0 ? "worse than"
                                : "not told apart from",
                name.c_str(), less.mean, less.low, less.high);
  return text;
}

// What the audit says of each language model, in a sentence.
std::string Sentences(const std::vector<AuditRow>& rows, const AuditRow& best) {
  std::string out = "Of the planners without a language model " + LabelOf(best) +
                    " ranks best what users like next.";
  const AuditRow* random = RandomRow(rows);
  for (const AuditRow& row : rows) {
    if (row.prompt_hash.empty()) continue;
    const Interval less =
        ComparePaired(TableOf(row, "NDCG@5"), TableOf(best, "NDCG@5"), true).difference;
    out += " " + LabelOf(row) + " is " + Against("it", less);
    if (random != nullptr) out += " and " + Against("random", LessRandom(row, *random));
    out += ".";
  }
  return out + " NDCG@5, paired 95% intervals, not corrected for their number.";
}

}  // namespace

std::string AuditText(const std::vector<AuditRow>& rows, const AuditOptions& options) {
  const AuditRow& best = BestHeuristic(rows);
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
  return out + "\n" + Wrapped(Sentences(rows, best), 80);
}

}  // namespace lerl
