#include "lerl/eval/audit/audit_claims.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

constexpr char kClaimed[] = "NDCG@5";

bool IsHeuristic(const AuditRow& row) {
  return row.state.empty() && row.prompt_hash.empty() && !FindPlannerRow(row.planner).oracle;
}

std::vector<size_t> HeuristicsOf(const std::vector<AuditRow>& rows) {
  std::vector<size_t> places;
  for (size_t i = 0; i < rows.size(); ++i)
    if (IsHeuristic(rows[i])) places.push_back(i);
  LERL_CHECK(!places.empty());
  return places;
}

// Row and reference of every test.
std::vector<std::pair<size_t, size_t>> PairsToTest(const std::vector<AuditRow>& rows, size_t best) {
  const std::vector<size_t> heuristics = HeuristicsOf(rows);
  const auto weight = [&](size_t place) {  // whose is higher is the reference of two heuristics
    return place == best ? 2 : rows[place].planner == "random" ? 1 : 0;
  };
  std::vector<std::pair<size_t, size_t>> pairs;
  for (const size_t reference : heuristics)
    for (size_t row = 0; row < rows.size(); ++row) {
      if (row == reference) continue;
      const bool both = IsHeuristic(rows[row]);
      const bool first =
          weight(reference) > weight(row) || (weight(reference) == weight(row) && reference < row);
      if (!both || first) pairs.emplace_back(row, reference);
    }
  return pairs;
}

// "better than random (+0.141 [+0.120, +0.160])"
std::string AgainstText(const std::string& name, const AuditClaim& claim) {
  const PairedTest& test = claim.test;
  char text[200], percent[32];
  std::snprintf(percent, sizeof percent, "%.3g%%", 100 * test.relative_margin);
  std::string words;
  switch (test.verdict) {
    case Verdict::kBetter:
      words = "better than " + name;
      break;
    case Verdict::kWorse:
      words = "worse than " + name;
      break;
    case Verdict::kSame:
      words = "the same as " + name + " within " + percent;
      break;
    case Verdict::kNoWorse:
      words = "not worse than " + name + " by " + percent;
      break;
    case Verdict::kUnclear:
      words = "not told apart from " + name;
      break;
  }
  std::snprintf(text, sizeof text, " (%+.3f [%+.3f, %+.3f])", claim.difference.mean,
                claim.difference.low, claim.difference.high);
  return words + text;
}

// Which heuristic comes first, and from which others it is not told apart.
std::string BestSentence(const std::vector<AuditRow>& rows, const AuditClaims& judged) {
  char text[64];
  std::snprintf(text, sizeof text, " (%.3f)", TableOf(rows[judged.best], kClaimed).estimate);
  std::string near;
  for (const size_t place : HeuristicsOf(rows)) {
    const AuditClaim* claim = judged.Find(place, judged.best);
    if (claim != nullptr && claim->test.verdict != Verdict::kWorse)
      near += (near.empty() ? "" : ", ") + LabelOf(rows[place]);
  }
  return " Of the heuristics " + LabelOf(rows[judged.best]) + " has the highest NDCG@5" + text +
         (near.empty() ? "" : ", not told apart from " + near) + ".";
}

}  // namespace

const AuditClaim* AuditClaims::Find(size_t row, size_t reference) const {
  for (const AuditClaim& claim : claims)
    if (claim.row == row && claim.reference == reference) return &claim;
  return nullptr;
}

AuditClaims JudgeAudit(const std::vector<AuditRow>& rows) {
  AuditClaims judged;
  const std::vector<size_t> heuristics = HeuristicsOf(rows);
  judged.best = *std::ranges::max_element(
      heuristics, {}, [&](size_t place) { return TableOf(rows[place], kClaimed).estimate; });
  std::vector<PairedSample> family;
  for (const auto& [row, reference] : PairsToTest(rows, judged.best)) {
    const CrossedTable &x = TableOf(rows[row], kClaimed), &y = TableOf(rows[reference], kClaimed);
    judged.claims.push_back({row, reference, ComparePaired(x, y, true).difference, {}});
    family.push_back({.paired = SpreadOf(PairedTable(x, y)), .reference = y.estimate});
  }
  const std::vector<PairedTest> tests = TestFamily(family, kNonInferiorMargin);
  for (size_t i = 0; i < tests.size(); ++i) judged.claims[i].test = tests[i];
  return judged;
}

std::string LabelOf(const AuditRow& row) {
  return row.state.empty() ? row.planner : row.planner + " (" + row.state + ")";
}

std::string AuditSentences(const std::vector<AuditRow>& rows, const AuditClaims& judged) {
  if (judged.claims.empty()) return "";
  std::string out = "Verdicts on NDCG@5 follow from " + std::to_string(judged.claims.size()) +
                    " paired tests, every row against every heuristic, corrected by Holm's method "
                    "at 5%; intervals are not corrected." +
                    BestSentence(rows, judged);
  const auto random = std::ranges::find(rows, "random", &AuditRow::planner) - rows.begin();
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].prompt_hash.empty()) continue;
    const AuditClaim* best = judged.Find(row, judged.best);
    const AuditClaim* control = At(random) == judged.best ? nullptr : judged.Find(row, At(random));
    out += " " + LabelOf(rows[row]) + " is " + AgainstText(LabelOf(rows[judged.best]), *best);
    if (control != nullptr) out += " and " + AgainstText("random", *control);
    out += ".";
  }
  return out;
}

}  // namespace lerl
