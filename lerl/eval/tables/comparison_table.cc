#include "lerl/eval/tables/comparison_table.h"

#include <algorithm>
#include <cstdio>

#include "lerl/base/index.h"
#include "lerl/base/version.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/metrics/registry.h"

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

std::string Difference(const EvaluationResult& row, const std::string& metric,
                       const std::string& reference) {
  const PairedDifference* found = row.difference(metric, reference);
  if (row.policy == reference || found == nullptr) return "";
  const PairedComparison& c = found->comparison;
  const std::string sign = c.difference.mean > 0 ? "+" : "";
  return sign + WithInterval(c.difference, 2) + (c.better ? " +" : c.worse ? " -" : "  ");
}

std::string Name(const EvaluationResult& row) {
  const std::string name =
      row.policy + (row.stale.empty() ? "" : " (stale)") + (row.valid() ? "" : " (invalid)");
  return name.size() <= kLongestName ? name : name.substr(0, kLongestName - 2) + "..";
}

std::string Plans(const PlanOrigins& plans) {
  const auto text = [](int64_t n) { return std::to_string(n); };
  if (plans.fresh + plans.cached + plans.nearest + plans.fallback == 0) return "-";
  return text(plans.fresh) + " / " + text(plans.cached) + " / " + text(plans.nearest) + " / " +
         text(plans.fallback);
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

// Whether a row other than the reference stands in the table.
bool Compares(const std::vector<EvaluationResult>& rows, const std::string& reference) {
  return std::any_of(rows.begin(), rows.end(),
                     [&reference](const auto& row) { return row.policy != reference; });
}

std::string Footer(const std::vector<EvaluationResult>& rows, const std::string& reference) {
  const EvaluationResult& first = rows[0];
  std::string text = std::to_string(first.users) + " " + kHeldOutNames[At(first.held_out)] +
                     " users x " + std::to_string(first.seeds.size()) +
                     " seeds, one whole session each; 95% intervals (" + first.interval + ").\n";
  text += LooksText(first.looks);
  if (Compares(rows, reference))
    text += "Differences are paired, against " + reference +
            "; + better, - worse: the interval excludes 0.\n";
  if (std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !row.valid(); })) {
    text += "(invalid): more than 5% of the plans are fallbacks.\n";
  }
  for (const EvaluationResult& row : rows)
    if (!row.stale.empty())
      text += "(stale): not made by this program (" + row.commit + "): " + row.policy + ", " +
              row.stale + ".\n";
  if (!CanBeMadeAgain(first.commit))
    text += "Not for publishing: the program is of a changed tree (" + first.commit + ").\n";
  return text;
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

}  // namespace

std::string ComparisonTable(const std::vector<EvaluationResult>& rows, const std::string& reference,
                            const std::vector<std::string>& metrics) {
  if (rows.empty()) return "";
  // Blocks 1 and 3.
  std::vector<Row> main = {{"policy", "T_int", "R_cum", "R_sin", "rank", "steps/s", "MB"}};
  std::vector<Row> plans = {
      {"policy", "plans: fresh / cached / nearest / fallback", "same first 3"}};
  for (const EvaluationResult& row : rows) {
    main.push_back({Name(row), WithInterval(row.metric("T_int"), 2),
                    WithInterval(row.metric("R_cum"), 2), WithInterval(row.metric("R_sin"), 3),
                    row.rank ? std::to_string(*row.rank) : "-",
                    row.steps_per_second ? Number(*row.steps_per_second, 0) : "-",
                    row.memory_mb ? Number(*row.memory_mb, 0) : "-"});
    plans.push_back(
        {Name(row), Plans(row.plans), row.same_first_3 ? Share(*row.same_first_3) : "-"});
  }
  // Block 2.
  std::vector<Row> rest = {{"policy"}};
  for (const EvaluationResult& row : rows) rest.push_back({Name(row)});
  if (Compares(rows, reference)) {
    for (const char* metric : {"T_int", "R_cum"}) {
      rest[0].push_back(std::string(metric) + " - " + reference);
      for (size_t r = 0; r < rows.size(); ++r)
        rest[r + 1].push_back(Difference(rows[r], metric, reference));
    }
  }
  for (const Metric* metric : TableMetrics(metrics)) AddColumn(rows, *metric, rest);
  return Layout(main) + "\n" + Layout(rest) + "\n" + Layout(plans) + "\n" +
         Footer(rows, reference) + Absent(rows, metrics);
}

}  // namespace lerl
