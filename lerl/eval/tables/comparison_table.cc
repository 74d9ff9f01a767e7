#include "lerl/eval/tables/comparison_table.h"

#include <algorithm>
#include <cstdio>

#include "lerl/base/index.h"
#include "lerl/base/version.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/tables/headline.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

constexpr size_t kLongestName = 27, kWidth = 120;

using Row = std::vector<std::string>;

std::string Number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string Share(double value) { return Number(100 * value, 0) + "%"; }

std::string WithInterval(const Interval& x, int decimals) {
  return Number(x.mean, decimals) + " [" + Number(x.low, decimals) + ", " +
         Number(x.high, decimals) + "]";
}

std::string Cut(const std::string& name) {
  return name.size() <= kLongestName ? name : name.substr(0, kLongestName - 2) + "..";
}

std::string Name(const EvaluationResult& row) {
  return Cut(row.policy + (row.stale.empty() ? "" : " (stale)") +
             (row.valid() ? "" : " (invalid)"));
}

std::string Difference(const PairedDifference* found) {
  if (found == nullptr) return "-";
  const Interval& d = found->comparison.difference;
  return (d.mean > 0 ? "+" : "") + WithInterval(d, 2);
}

// "<.001", ".034", "1.000"
std::string PText(double p) {
  const std::string text = Number(p, 3);
  if (p < 0.001) return "<.001";
  return text[0] == '0' ? text.substr(1) : text;
}

// The columns of a tested difference.
Row TestCells(const PairedDifference& d) {
  return {PText(d.test->corrected.difference), std::string(VerdictName(d.test->verdict)),
          Number(d.test->effect_size, 2), d.improvement ? Number(d.improvement->mean, 2) : "-"};
}

std::string Plans(const PlanOrigins& plans) {
  if (plans.fresh + plans.cached + plans.nearest + plans.fallback == 0) return "-";
  std::string text;
  for (const int64_t count : {plans.fresh, plans.cached, plans.nearest, plans.fallback})
    text += (text.empty() ? "" : " / ") + std::to_string(count);
  return text + (plans.ExactShare() ? " (" + Share(*plans.ExactShare()) + ")" : "");
}

// Sets the first column flush left and the others flush right, with two spaces between. Columns
// that don't fit go on in a further block, which repeats the first column.
std::string Layout(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows[0].size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  // Columns [begin, end) are those that fit into a block.
  for (size_t begin = 1, end; begin < widths.size(); begin = end) {
    size_t width = widths[0];
    for (end = begin; end < widths.size(); ++end) {
      if (end > begin && width + 2 + widths[end] > kWidth) break;
      width += 2 + widths[end];
    }
    if (begin > 1) text += "\n";
    for (size_t r = 0; r < rows.size(); ++r) {
      std::string line = rows[r][0] + std::string(widths[0] - rows[r][0].size(), ' ');
      for (size_t i = begin; i < end; ++i)
        line += "  " + std::string(widths[i] - rows[r][i].size(), ' ') + rows[r][i];
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
      if (r == 0) text += std::string(line.size(), '-') + "\n";
    }
  }
  return text;
}

// The differences against one reference, the claimed metric first; empty where it has none.
std::vector<Row> Against(const std::vector<EvaluationResult>& rows, const std::string& reference) {
  const std::string claimed = ClaimedMetric(rows);
  std::vector<std::string> metrics = {"R_cum", "T_int"};
  if (!claimed.empty()) {
    std::erase(metrics, claimed);
    metrics.insert(metrics.begin(), claimed);
  }
  std::vector<Row> table = {{"less " + reference}};
  table[0][0] = Cut(table[0][0]);
  for (const std::string& metric : metrics) {
    table[0].push_back(metric);
    if (metric == claimed) table[0].insert(table[0].end(), {"p", "verdict", "effect", "P(better)"});
  }
  for (const EvaluationResult& row : rows) {
    if (row.policy == reference || row.difference(metrics[0], reference) == nullptr) continue;
    Row cells = {Name(row)};
    for (const std::string& metric : metrics) {
      const PairedDifference* d = row.difference(metric, reference);
      cells.push_back(Difference(d));
      if (metric != claimed) continue;
      const Row tested = d->test ? TestCells(*d) : Row(4, "-");
      cells.insert(cells.end(), tested.begin(), tested.end());
    }
    table.push_back(cells);
  }
  return table.size() == 1 ? std::vector<Row>() : table;
}

bool HasDifferences(const std::vector<EvaluationResult>& rows,
                    const std::vector<std::string>& references) {
  return std::any_of(references.begin(), references.end(),
                     [&](const std::string& label) { return !Against(rows, label).empty(); });
}

// What the columns of the tests mean.
std::string TestLegend(const std::vector<EvaluationResult>& rows) {
  const std::string claimed = ClaimedMetric(rows);
  if (claimed.empty()) return "";
  return "p: of the paired test of " + claimed +
         ", corrected. Verdict: better or worse by that test; else the same or no worse within the "
         "margin, by tests of equivalence and of non-inferiority, corrected alike; else unclear. "
         "effect: difference over the standard deviation of a paired session's. P(better): "
         "probability of improvement. Intervals are not corrected; what has no p is not tested.";
}

std::string Footer(const std::vector<EvaluationResult>& rows,
                   const std::vector<std::string>& references) {
  const EvaluationResult& first = rows[0];
  std::string text = std::to_string(first.users) + " " + kHeldOutNames[At(first.held_out)] +
                     " users x " + std::to_string(first.seeds.size()) +
                     " seeds, one whole session each; 95% intervals (" + first.interval + ").\n";
  text += LooksText(first.looks);
  if (HasDifferences(rows, references))
    text += "Differences are paired, between rows of one leave rule.\n";
  text += Wrapped(TestLegend(rows), kWidth);
  if (std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !row.valid(); })) {
    text += "(invalid): more than 5% of the plans are fallbacks, here or in training.\n";
  }
  for (const EvaluationResult& row : rows)
    if (!row.invalid_run.empty())
      text += "(invalid): " + row.policy + ": " + row.invalid_run + ".\n";
  for (const EvaluationResult& row : rows)
    if (!row.stale.empty())
      text += "(stale): not made by this program (" + row.commit + "): " + row.policy + ", " +
              row.stale + ".\n";
  if (!CanBeMadeAgain(first.commit))
    text += "Not for publishing: the program is of a changed tree (" + first.commit + ").\n";
  return text;
}

// The verdict in one paragraph, and what the design could have shown.
std::string Verdicts(const std::vector<EvaluationResult>& rows,
                     const std::vector<std::string>& references) {
  std::string text = VerdictLead(rows);
  if (text.empty()) return "";
  for (const std::string& sentence : VerdictSentences(rows, references)) text += " " + sentence;
  return "\n" + Wrapped(text, kWidth) + Wrapped(SmallestDifferenceText(rows), kWidth);
}

// A line for each metric that was asked for and that no row has.
std::string Absent(const std::vector<EvaluationResult>& rows,
                   const std::vector<std::string>& metrics) {
  std::string text;
  for (const std::string& name : metrics) {
    if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.Has(name); }))
      text += name + ": no row has it in this task; docs/metrics.md says what it needs.\n";
  }
  return text;
}

// What the training of a run cost.
Row CostCells(const EvaluationResult& row) {
  const auto count = [](const std::optional<int64_t>& n) { return n ? std::to_string(*n) : "-"; };
  const auto rounded = [](const std::optional<double>& x) { return x ? Number(*x, 0) : "-"; };
  return {Name(row),
          count(row.training_sessions),
          count(row.gradient_steps),
          rounded(row.training_seconds),
          rounded(row.steps_per_second),
          rounded(row.memory_mb)};
}

// Adds the means of a metric as a column, unless no row has it.
void AddColumn(const std::vector<EvaluationResult>& rows, const Metric& metric,
               std::vector<Row>& table) {
  if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.Has(metric.name); }))
    return;
  const bool is_share = metric.unit[0] == '\0' && metric.highest <= 1;
  table[0].emplace_back(metric.column != nullptr ? std::string_view(metric.column) : metric.name);
  for (size_t r = 0; r < rows.size(); ++r) {
    if (!rows[r].Has(metric.name)) {
      table[r + 1].push_back("-");
      continue;
    }
    const double mean = rows[r].metric(metric.name).mean;
    table[r + 1].push_back(is_share ? Share(mean) : Number(mean, 2));
  }
}

// Adds the interquartile means of the claimed metric as a column, where there are any.
void AddMiddleMeans(const std::vector<EvaluationResult>& rows, std::vector<Row>& table) {
  if (ClaimedMetric(rows).empty()) return;
  table[0].push_back(ClaimedMetric(rows) + " IQM");
  for (size_t r = 0; r < rows.size(); ++r) {
    const auto& mean = rows[r].interquartile_mean;
    table[r + 1].push_back(mean ? WithInterval(*mean, 2) : "-");
  }
}

// Adds what share of the items shown was given each behaviour, and how many a session, where the
// data have several behaviours.
void AddBehaviours(const std::vector<EvaluationResult>& rows, std::vector<Row>& table) {
  const std::vector<BehaviourFigures>& of_data = rows[0].behaviours;
  if (of_data.size() < 2) return;
  for (size_t f = 0; f < of_data.size(); ++f) {
    table[0].push_back(Cut(of_data[f].name) + " (a session)");
    for (size_t r = 0; r < rows.size(); ++r) {
      const bool same =
          f < rows[r].behaviours.size() && rows[r].behaviours[f].name == of_data[f].name;
      table[r + 1].push_back(!same ? "-"
                                   : Number(100 * rows[r].behaviours[f].rate.mean, 1) + "% (" +
                                         Number(rows[r].behaviours[f].per_session.mean, 2) + ")");
    }
  }
}

// The rows in which an endpoint did not list all labels.
std::string Unlisted(const std::vector<EvaluationResult>& rows) {
  std::string text;
  for (const EvaluationResult& row : rows)
    if (row.unlisted_labels)
      text += row.policy + ": " + Number(*row.unlisted_labels, 1) +
              " labels per plan are not listed by the endpoint and rank last.\n";
  return text;
}

// What the main columns mean.
std::string Definitions() {
  std::string text;
  for (const Metric& metric : Metrics())
    for (const char* name : {"T_int", "R_cum", "R_sin"})
      if (metric.name == name)
        text += std::string(name) + ": " + std::string(metric.what) + " (" + metric.unit + ")\n";
  return text + "\n";
}

}  // namespace

std::string ComparisonTable(const std::vector<EvaluationResult>& rows,
                            const std::vector<std::string>& references,
                            const std::vector<std::string>& metrics) {
  if (rows.empty()) return "";
  // Blocks 1 and 4.
  std::vector<Row> main = {{"policy", "T_int", "R_cum", "R_sin", "rank"}};
  std::vector<Row> cost = {{"policy", "sessions", "updates", "seconds", "steps/s", "MB"}};
  std::vector<Row> plans = {{"policy", "plans: fresh / cached / nearest / fallback (exact)",
                             "in training", "same first 3"}};
  for (const EvaluationResult& row : rows) {
    main.push_back({Name(row), WithInterval(row.metric("T_int"), 2),
                    WithInterval(row.metric("R_cum"), 2), WithInterval(row.metric("R_sin"), 3),
                    row.rank ? std::to_string(*row.rank) : "-"});
    cost.push_back(CostCells(row));
    plans.push_back({Name(row), Plans(row.plans), Plans(row.training_plans),
                     row.same_first_3 ? Share(*row.same_first_3) : "-"});
  }
  // Block 2, once for each reference.
  std::string against;
  for (const std::string& reference : references) {
    const std::vector<Row> table = Against(rows, reference);
    if (!table.empty()) against += Layout(table) + "\n";
  }
  // Block 3.
  std::vector<Row> rest = {{"policy"}};
  for (const EvaluationResult& row : rows) rest.push_back({Name(row)});
  AddMiddleMeans(rows, rest);
  for (const Metric* metric : TableMetrics(metrics)) AddColumn(rows, *metric, rest);
  AddBehaviours(rows, rest);
  const std::string found = Wrapped(Headline(rows), kWidth);
  return found + (found.empty() ? "" : "\n") + Definitions() + Layout(main) + "\n" + against +
         Layout(rest) + "\n" + Layout(plans) + "\n" + Layout(cost) + "\n" +
         Footer(rows, references) + Absent(rows, metrics) + Unlisted(rows) +
         Verdicts(rows, references);
}

}  // namespace lerl
