#include "lerl/eval/off_policy/log_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

#include "lerl/base/check.h"

namespace lerl {
namespace {

// How far a list may be from 1 by the rounding of who wrote it.
constexpr double kRoundingOfSums = 1e-3;

std::optional<double> NumberIn(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

// The parts between spaces, commas and brackets.
std::vector<std::string_view> PartsOf(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  while ((begin = text.find_first_not_of(" ,[]", begin)) != std::string_view::npos) {
    const size_t end = std::min(text.find_first_of(" ,[]", begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return parts;
}

}  // namespace

int32_t NameNumbers::Of(std::string_view name) {
  const auto [place, added] =
      numbers_.emplace(std::string(name), static_cast<int32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return place->second;
}

void ProbabilityColumn::Read(const Table& table, size_t column) {
  const std::string_view text = table.Text(column);
  if (PartsOf(text).size() > 1) return ReadList(table, column, text);
  if (text.empty())
    table.Fail(column,
               "the probability of " + name_ + " is missing; without it the row can't be weighed");
  const std::optional<double> value = NumberIn(PartsOf(text).empty() ? text : PartsOf(text)[0]);
  if (!value) table.Fail(column, "'" + std::string(text) + "' is no probability of " + name_);
  if (*value < 0 || *value > 1 || (above_0_ && *value == 0))
    table.Fail(column, "the probability of " + name_ + " is " + std::string(text) + ", and must " +
                           (above_0_ ? "be above 0, since the action was taken, and at most 1"
                                     : "lie in [0, 1]"));
  of_logged_.push_back(*value);
}

void ProbabilityColumn::ReadList(const Table& table, size_t column, std::string_view text) {
  const auto found = known_lists_.find(std::string(text));
  if (found != known_lists_.end()) {
    list_.push_back(found->second);
    return;
  }
  std::vector<double> list;
  for (const std::string_view part : PartsOf(text)) {
    const std::optional<double> value = NumberIn(part);
    if (!value || *value < 0 || *value > 1)
      table.Fail(column, "'" + std::string(part) + "' in the list of " + name_ +
                             " is no probability in [0, 1]");
    list.push_back(*value);
  }
  const double sum = std::accumulate(list.begin(), list.end(), 0.0);
  if (std::abs(sum - 1) > kRoundingOfSums)
    table.Fail(column, "the probabilities of " + name_ + " sum to " + std::to_string(sum) +
                           ", and must to 1");
  for (double& value : list) value /= sum;
  known_lists_.emplace(std::string(text), static_cast<int32_t>(lists_.size()));
  list_.push_back(static_cast<int32_t>(lists_.size()));
  lists_.push_back(std::move(list));
}

JudgedPolicy ProbabilityColumn::Finish(const std::vector<int32_t>& action, int64_t actions,
                                       const std::vector<int64_t>& kept,
                                       const std::string& file) const {
  JudgedPolicy policy{.name = name_};
  if (lists_.empty()) {
    for (const int64_t n : kept) policy.of_logged.push_back(of_logged_[At(n)]);
    return policy;
  }
  if (!of_logged_.empty())
    throw Error(ErrorKind::kData, file + ": column " + name_ +
                                      ": some rows have one probability and others a list; give "
                                      "one kind");
  for (const std::vector<double>& list : lists_)
    if (std::ssize(list) != actions)
      throw Error(ErrorKind::kData,
                  file + ": column " + name_ + ": a list has " + std::to_string(list.size()) +
                      " probabilities, and there are " + std::to_string(actions) +
                      " actions; name all of them in the order of the lists (--actions)");
  policy.distributions = lists_;
  for (const int64_t n : kept) {
    policy.distribution.push_back(list_[At(n)]);
    policy.of_logged.push_back(lists_[At(list_[At(n)])][At(action[At(n)])]);
    if (above_0_ && policy.of_logged.back() == 0)
      throw Error(ErrorKind::kData, file + ": column " + name_ +
                                        ": a list has 0 for the action that was taken, which "
                                        "must be above 0");
  }
  return policy;
}

void ContextColumn::Read(std::string_view text) { value_.push_back(values_.Of(text)); }

std::vector<double> ContextColumn::Finish(const std::vector<int64_t>& kept, size_t& width) const {
  const std::vector<std::string>& names = values_.names();
  std::vector<double> numbers;
  for (const std::string& name : names)
    if (const std::optional<double> number = NumberIn(name)) numbers.push_back(*number);
  // 1. Numbers.
  if (numbers.size() == names.size() && names.size() > kMostCategories) {
    width = 1;
    std::vector<double> column;
    double sum = 0, squares = 0;
    for (const int64_t n : kept) column.push_back(numbers[At(value_[At(n)])]);
    for (const double x : column) sum += x;
    const double mean = sum / static_cast<double>(column.size());
    for (const double x : column) squares += (x - mean) * (x - mean);
    const double deviation = std::sqrt(squares / static_cast<double>(column.size()));
    for (double& x : column) x = deviation > 0 ? (x - mean) / deviation : 0;
    return column;
  }
  // 2. Indicators of the most frequent values.
  std::vector<int64_t> count(names.size(), 0);
  for (const int64_t n : kept) ++count[At(value_[At(n)])];
  std::vector<size_t> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>(), [&](size_t v) { return count[v]; });
  std::vector<int64_t> place(names.size(), -1);
  width = 0;
  for (const size_t v : order)
    if (width < kMostCategories && count[v] > 0) place[v] = static_cast<int64_t>(width++);
  std::vector<double> columns(kept.size() * width, 0);
  for (size_t m = 0; m < kept.size(); ++m) {
    const int64_t at = place[At(value_[At(kept[m])])];
    if (at >= 0) columns[m * width + At(at)] = 1;
  }
  return columns;
}

}  // namespace lerl
