#include "lerl/eval/tables/headline.h"

#include <algorithm>
#include <cstdio>

#include "lerl/eval/tables/verdict_text.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

using Group = std::vector<const EvaluationResult*>;

std::string Figure(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// "a", "a and b", "a, b and c"
std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text.append(i == 0 ? "" : i + 1 == names.size() ? " and " : ", ").append(names[i]);
  return text;
}

const PairedDifference* TestedAgainst(const EvaluationResult& row, const std::string& reference) {
  const auto found = std::ranges::find_if(
      row.differences, [&](const PairedDifference& d) { return d.test && d.against == reference; });
  return found == row.differences.end() ? nullptr : &*found;
}

Verdict VerdictOf(const PairedDifference& d) {
  return d.test ? d.test->verdict : Verdict::kUnclear;
}

bool Decided(const PairedDifference& d) {
  return VerdictOf(d) == Verdict::kBetter || VerdictOf(d) == Verdict::kWorse;
}

const PlannerRow* PlannerOf(const EvaluationResult& row) {
  const auto found = std::ranges::find(PlannerRows(), row.planner, &PlannerRow::name);
  return found == PlannerRows().end() ? nullptr : &*found;
}

bool AsksModel(const EvaluationResult& row) {
  const PlannerRow* planner = PlannerOf(row);
  return planner != nullptr && planner->asks_model;
}

// Ranks categories by something else than a language model or the truth.
bool PlansWithoutModel(const EvaluationResult& row) {
  const PlannerRow* planner = PlannerOf(row);
  return planner != nullptr && planner->ranks && !planner->asks_model && !planner->has_teacher &&
         !row.oracle;
}

// Who earns most, and from whom that row is not told apart.
std::string BestText(const Group& group, const std::string& metric) {
  Group ranked;
  for (const EvaluationResult* row : group)
    if (row->rank) ranked.push_back(row);
  if (ranked.size() < 2) return "";
  const EvaluationResult* best = *std::ranges::min_element(ranked, {}, &EvaluationResult::rank);
  std::vector<std::string> near;
  for (const EvaluationResult* row : ranked) {
    const PairedDifference* d = TestedAgainst(*best, row->policy);
    if (d == nullptr) d = TestedAgainst(*row, best->policy);
    if (d != nullptr && !Decided(*d)) near.push_back(row->policy);
  }
  return "Found: " + best->policy + " has the highest " + metric + " (" +
         Figure(best->metric(metric).mean, "%.4g") + ")" +
         (near.empty() ? "" : ", not told apart from " + Listed(near)) + ".";
}

// What the language model of a row adds to planners without one.
std::string ModelText(const Group& group, const EvaluationResult& row) {
  std::vector<std::string> words;
  bool gains = true;
  for (const EvaluationResult* other : group) {
    const PairedDifference* d = TestedAgainst(row, other->policy);
    if (d == nullptr || !PlansWithoutModel(*other)) continue;
    const bool better = VerdictOf(*d) == Verdict::kBetter;
    gains &= better;
    std::string word = !Decided(*d) ? "not told apart from "
                       : better     ? "better than "
                                    : "worse than ";
    word.append(other->policy).append(" (");
    words.push_back(word.append(Figure(d->comparison.difference.mean, "%+.2g")).append(")"));
  }
  if (words.empty())
    return "Not tested: the language model of " + row.policy +
           " against a planner without one; name such a row in `reference`.";
  if (!row.valid())
    return "Not found: a gain of the language model: " + row.policy +
           " is invalid, since too many of its plans are fallbacks.";
  return (gains ? "Found: a gain of the language model: "
                : "Not found: a gain of the language model: ") +
         row.policy + " is " + Listed(words) + ".";
}

}  // namespace

std::string Headline(const std::vector<EvaluationResult>& rows) {
  const std::string metric = ClaimedMetric(rows);
  if (metric.empty()) return "";
  std::vector<std::string> rules;
  for (const EvaluationResult& row : rows)
    if (std::ranges::find(rules, row.leave_rule) == rules.end()) rules.push_back(row.leave_rule);
  std::string text;
  for (const std::string& rule : rules) {
    Group group;
    for (const EvaluationResult& row : rows)
      if (row.leave_rule == rule) group.push_back(&row);
    std::string own = BestText(group, metric);
    for (const EvaluationResult* row : group)
      if (AsksModel(*row)) own += (own.empty() ? "" : " ") + ModelText(group, *row);
    if (own.empty()) continue;
    if (!text.empty()) text += " ";
    if (rules.size() > 1) text.append("Leave rule ").append(rule).append(": ");
    text += own;
  }
  return text;
}

}  // namespace lerl
