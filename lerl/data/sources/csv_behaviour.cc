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
  if (behaviour.every_row) return "every row";
  return behaviour.column + (behaviour.equals.empty() ? " at least " + Short(behaviour.at_least)
                                                      : " equals \"" + behaviour.equals + "\"");
}

}  // namespace

CsvBehaviours::CsvBehaviours(const std::vector<CsvBehaviour>& behaviours) {
  conditions_.reserve(behaviours.size());
  for (const CsvBehaviour& behaviour : behaviours)
    conditions_.push_back({.behaviour = behaviour,
                           .equals = std::string(Trimmed(behaviour.equals, " \t")),
                           .number = NumberOfId(behaviour.equals)});
}

void CsvBehaviours::FindColumns(const Table& table) {
  for (Condition& condition : conditions_)
    if (!condition.behaviour.every_row) condition.column = table.Column(condition.behaviour.column);
}

bool CsvBehaviours::Holds(const Condition& condition, const Table& table) {
  if (condition.behaviour.every_row) return true;
  if (condition.behaviour.equals.empty())
    return table.Real(condition.column) >= condition.behaviour.at_least;
  const std::string_view text = Trimmed(table.Text(condition.column), " \t");
  return text == condition.equals || (condition.number && NumberOfId(text) == condition.number);
}

uint32_t CsvBehaviours::Responses(const Table& table) {
  uint32_t responses = 0;
  for (size_t f = 0; f < conditions_.size(); ++f)
    responses |= (Holds(conditions_[f], table) ? 1U : 0U) << f;
  for (size_t f = 0; f < conditions_.size(); ++f) {
    Condition& c = conditions_[f];
    c.shown += (responses >> f) & 1U;
    if (c.behaviour.every_row) continue;
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
  commonest.reserve(condition.values.size());
  for (const auto& [value, count] : condition.values) commonest.emplace_back(-count, value);
  std::ranges::sort(commonest);
  std::string text = condition.behaviour.name + ": " +
                     Short(100.0 * static_cast<double>(condition.shown) /
                           static_cast<double>(std::max<int64_t>(rows_, 1))) +
                     "% of " + std::to_string(rows_) + " rows (" +
                     ConditionText(condition.behaviour);
  if (!commonest.empty()) text += "; commonest";
  for (size_t i = 0; i < std::min(commonest.size(), kCommonest); ++i)
    text += (i == 0 ? " '" : ", '") + Printable(commonest[i].second, 20) +
            "': " + std::to_string(-commonest[i].first);
  return text + ")";
}

std::vector<std::string> CsvBehaviours::Summaries() const {
  std::vector<std::string> texts;
  texts.reserve(conditions_.size());
  for (const Condition& condition : conditions_) texts.push_back(Summary(condition));
  return texts;
}

void CsvBehaviours::Check(const std::string& file, bool negatives_drawn) const {
  for (const Condition& condition : conditions_) {
    if (condition.shown > 0 && (condition.shown < rows_ || negatives_drawn)) continue;
    throw Error(ErrorKind::kData,
                file + ": behaviour '" + condition.behaviour.name + "' is shown in " +
                    (condition.shown == 0 ? "no row" : "every row") +
                    ", so that nothing could be learned from it. " + Summary(condition) +
                    (condition.shown == 0
                         ? ". Mend at_least or equals"
                         : ". Mend at_least or equals; a log of what was taken alone needs rows of "
                           "what was shown and not taken, or negatives = 4, which draws items "
                           "that the user has no row with"));
  }
}

}  // namespace lerl
