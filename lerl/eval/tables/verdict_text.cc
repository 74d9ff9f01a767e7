#include "lerl/eval/tables/verdict_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace lerl {
namespace {

std::string Short(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string Percent(double value) { return Short(100 * value, "%.3g") + "%"; }

// The tested difference of a row against a reference; nullptr where there is none.
const PairedDifference* Tested(const EvaluationResult& row, const std::string& reference) {
  for (const PairedDifference& d : row.differences)
    if (d.test && d.against == reference) return &d;
  return nullptr;
}

// The row of this label; nullptr where there is none.
const EvaluationResult* RowOf(const std::vector<EvaluationResult>& rows, const std::string& label) {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const EvaluationResult& r) { return r.policy == label; });
  return row == rows.end() ? nullptr : &*row;
}

std::vector<PairedDifference> AllTested(const std::vector<EvaluationResult>& rows) {
  std::vector<PairedDifference> tested;
  for (const EvaluationResult& row : rows)
    for (const PairedDifference& d : row.differences)
      if (d.test) tested.push_back(d);
  return tested;
}

// How a sentence of this verdict begins.
std::string Opening(Verdict verdict, const std::string& reference, const std::string& margin) {
  switch (verdict) {
    case Verdict::kBetter:
      return "Better than " + reference;
    case Verdict::kWorse:
      return "Worse than " + reference;
    case Verdict::kSame:
      return "The same as " + reference + " within " + margin;
    case Verdict::kNoWorse:
      return "Not worse than " + reference + " by " + margin;
    case Verdict::kUnclear:
      break;
  }
  return "Unclear against " + reference;
}

std::string NameOf(const EvaluationResult& row, const PairedTest& test) {
  const bool differs = test.verdict == Verdict::kBetter || test.verdict == Verdict::kWorse;
  std::string name = MarkedLabel(row);
  if (differs && test.corrected.same <= kTestLevel)
    name += " (by less than " + Percent(test.relative_margin) + ")";
  return name;
}

// The sentence of one verdict; empty where no row has it.
std::string Sentence(const std::vector<EvaluationResult>& rows, const std::string& reference,
                     Verdict verdict) {
  std::string names, margin;
  for (const EvaluationResult& row : rows) {
    const PairedDifference* d = Tested(row, reference);
    if (d == nullptr || d->test->verdict != verdict) continue;
    names += (names.empty() ? "" : "; ") + NameOf(row, *d->test);
    margin = Percent(d->test->relative_margin);
  }
  if (names.empty()) return "";
  const EvaluationResult* row = RowOf(rows, reference);
  return Opening(verdict, row ? MarkedLabel(*row) : reference, margin) + ": " + names + ".";
}

// The estimate of the claimed metric of the row `label`; 0 where there is no such row.
double EstimateOf(const std::vector<EvaluationResult>& rows, const std::string& label,
                  const std::string& metric) {
  const EvaluationResult* row = RowOf(rows, label);
  return row && row->Has(metric) ? row->metric(metric).mean : 0;
}

}  // namespace

std::string MarkedLabel(const EvaluationResult& row) {
  std::string label = row.policy;
  if (row.oracle && label.find("oracle") == std::string::npos) label += " (oracle)";
  if (!row.valid()) label += " (invalid)";
  if (!row.stale.empty()) label += " (stale)";
  return label;
}

std::string ClaimedMetric(const std::vector<EvaluationResult>& rows) {
  const std::vector<PairedDifference> tested = AllTested(rows);
  return tested.empty() ? "" : tested.front().metric;
}

std::string VerdictLead(const std::vector<EvaluationResult>& rows) {
  const std::vector<PairedDifference> tested = AllTested(rows);
  if (tested.empty()) return "";
  const int64_t family = tested.front().test->family;
  return "Verdicts on " + tested.front().metric + " follow from " + std::to_string(family) +
         " paired tests, every row against every reference of its leave rule, corrected by "
         "Holm's method at 5%.";
}

std::vector<std::string> VerdictSentences(const std::vector<EvaluationResult>& rows,
                                          const std::vector<std::string>& references) {
  std::vector<std::string> texts;
  for (const std::string& reference : references) {
    std::string text;
    for (const Verdict verdict : {Verdict::kBetter, Verdict::kWorse, Verdict::kSame,
                                  Verdict::kNoWorse, Verdict::kUnclear}) {
      const std::string sentence = Sentence(rows, reference, verdict);
      if (!sentence.empty()) text += (text.empty() ? "" : " ") + sentence;
    }
    if (!text.empty()) texts.push_back(text);
  }
  return texts;
}

std::string SmallestDifferenceText(const std::vector<EvaluationResult>& rows) {
  const std::vector<PairedDifference> tested = AllTested(rows);
  if (tested.empty()) return "";
  std::vector<double> smallest, shares;
  for (const PairedDifference& d : tested) {
    const double reference = std::abs(EstimateOf(rows, d.against, d.metric));
    smallest.push_back(d.test->smallest);
    if (reference > 0) shares.push_back(d.test->smallest / reference);
  }
  std::string text = "Smallest difference in " + tested.front().metric +
                     " that this design shows (80% power, 5% over " +
                     std::to_string(tested.front().test->family) +
                     " tests, spread as observed): " + Short(PercentileOf(smallest, 0.5), "%.3g");
  if (!shares.empty()) text += " or " + Percent(PercentileOf(shares, 0.5)) + " of the reference";
  const auto [low, high] = std::minmax_element(smallest.begin(), smallest.end());
  return text + " (median; from " + Short(*low, "%.3g") + " to " + Short(*high, "%.3g") + ").";
}

std::string Wrapped(const std::string& text, size_t width) {
  std::istringstream words(text);
  std::string lines, line;
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      lines += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? lines : lines + line + "\n";
}

}  // namespace lerl
