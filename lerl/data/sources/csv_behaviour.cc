#include "lerl/data/sources/csv_behaviour.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/printable.h"
#include "lerl/data/id_match.h"

namespace lerl {
namespace {

constexpr size_t kMostValues = 200, kCommonest = 5;

std::string Short(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string ConditionText(const CsvBehaviour& behaviour) {
  return behaviour.column + (behaviour.equals.empty() ? " at least " + Short(behaviour.at_least)
                                                      : " equals \"" + behaviour.equals + "\"");
}

}  // namespace

CsvBehaviours::CsvBehaviours(const std::vector<CsvBehaviour>& behaviours, const Table& table) {
  for (const CsvBehaviour& behaviour : behaviours)
    conditions_.push_back({.behaviour = behaviour,
                           .column = table.Column(behaviour.column),
                           .equals = ValueOfId(behaviour.equals)});
}

uint32_t CsvBehaviours::Responses(const Table& table) {
  uint32_t responses = 0;
  for (size_t f = 0; f < conditions_.size(); ++f) {
    const Condition& c = conditions_[f];
    const bool shown = c.behaviour.equals.empty() ? table.Real(c.column) >= c.behaviour.at_least
                                                  : ValueOfId(table.Text(c.column)) == c.equals;
    responses |= (shown ? 1U : 0U) << f;
  }
  for (size_t f = 0; f < conditions_.size(); ++f) {
    Condition& c = conditions_[f];
    c.shown += (responses >> f) & 1U;
    const std::string_view text = table.Text(c.column);
    if (const auto value = c.values.find(text); value != c.values.end())
      ++value->second;
    else if (c.values.size() < kMostValues)
      c.values.emplace(text, 1);
  }
  ++rows_;
  return responses;
}

std::string CsvBehaviours::Summary(const Condition& condition) const {
  std::vector<std::pair<int64_t, std::string>> commonest;
  for (const auto& [value, count] : condition.values) commonest.emplace_back(-count, value);
  std::ranges::sort(commonest);
  std::string text = condition.behaviour.name + ": " +
                     Short(100.0 * static_cast<double>(condition.shown) /
                           static_cast<double>(std::max<int64_t>(rows_, 1))) +
                     "% of " + std::to_string(rows_) + " rows (" +
                     ConditionText(condition.behaviour) + "; commonest";
  for (size_t i = 0; i < std::min(commonest.size(), kCommonest); ++i)
    text += (i == 0 ? " '" : ", '") + Printable(commonest[i].second, 20) +
            "': " + std::to_string(-commonest[i].first);
  return text + ")";
}

std::vector<std::string> CsvBehaviours::Summaries() const {
  std::vector<std::string> texts;
  for (const Condition& condition : conditions_) texts.push_back(Summary(condition));
  return texts;
}

void CsvBehaviours::Check(const std::string& file) const {
  for (const Condition& condition : conditions_) {
    if (condition.shown > 0 && condition.shown < rows_) continue;
    throw Error(ErrorKind::kData,
                file + ": behaviour '" + condition.behaviour.name + "' is shown in " +
                    (condition.shown == 0 ? "no row" : "every row") +
                    ", so that nothing could be learned from it. " + Summary(condition) +
                    (condition.shown == 0
                         ? ". Mend at_least or equals"
                         : ". Mend at_least or equals; a log of events that were all wanted needs "
                           "rows of what was shown and not taken"));
  }
}

}  // namespace lerl
