#include "lerl/eval/report/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/file.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/eval/report/report_files.h"
#include "lerl/eval/tables/comparison_table.h"
#include "lerl/eval/tables/headline.h"
#include "lerl/eval/tables/verdict_text.h"

namespace lerl {
namespace {

using nlohmann::json;

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// JSON that can stand inside a <script> element: nothing in it ends the element.
std::string EscapeJson(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '<' ? "\\u003c" : std::string(1, c);
  return escaped;
}

json MetricsJson(const ReportInput& input) {
  const std::vector<const Metric*> shown = TableMetrics(input.metrics);
  json metrics = json::array();
  for (const Metric& metric : Metrics()) {
    metrics.push_back(
        {{"name", metric.name},
         {"definition", metric.what},
         {"unit", metric.unit},
         {"higher_is_better", metric.higher_is_better},
         {"in_table", std::find(shown.begin(), shown.end(), &metric) != shown.end()}});
  }
  return metrics;
}

// Replaces each {{name}} of the page once; what is put in is not searched again.
std::string Fill(std::string_view page,
                 const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string text;
  while (true) {
    const size_t open = page.find("{{");
    text += page.substr(0, open);
    if (open == std::string_view::npos) return text;
    const size_t close = page.find("}}", open);
    const std::string_view name = page.substr(open + 2, close - open - 2);
    const auto part =
        std::find_if(parts.begin(), parts.end(), [name](const auto& p) { return p.first == name; });
    LERL_CHECK(part != parts.end());
    text += part->second;
    page.remove_prefix(close + 2);
  }
}

std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string ReportHtml(const ReportInput& input) {
  json data = input;
  data["metric_definitions"] = MetricsJson(input);
  data["claimed"] = ClaimedMetric(input.rows);
  data["headline"] = Headline(input.rows);
  data["verdict_lead"] = VerdictLead(input.rows);
  data["verdicts"] = VerdictSentences(input.rows, input.references);
  data["smallest_difference"] = SmallestDifferenceText(input.rows);
  return Fill(kPageHtml,
              {{"title", Escape(input.title)},
               {"css", std::string(kReportCss)},
               {"table", Escape(ComparisonTable(input.rows, input.references, input.metrics))},
               {"d3", std::string(kD3MinJs)},
               {"plot", std::string(kPlotUmdMinJs)},
               {"data", EscapeJson(Dump(data))},
               {"charts", std::string(kChartsJs)},
               {"report", std::string(kReportJs)}});
}

void WriteReport(const ReportInput& input, const std::filesystem::path& path) {
  WriteFileWhole(path, ReportHtml(input));
}

}  // namespace lerl
