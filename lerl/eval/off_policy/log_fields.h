#pragma once
// Fields of a log with propensities, while it is read: names as numbers, probabilities, contexts.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lerl/data/table.h"
#include "lerl/eval/off_policy/logged_table.h"

namespace lerl {

// Numbers names in the order in which they are met.
class NameNumbers {
 public:
  NameNumbers() = default;
  explicit NameNumbers(const std::vector<std::string>& known) {
    for (const std::string& name : known) Of(name);
  }
  int32_t Of(std::string_view name);
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::unordered_map<std::string, int32_t> numbers_;
  std::vector<std::string> names_;
};

// Probabilities as a policy's column has them: of the logged action, or of all actions.
class ProbabilityColumn {
 public:
  // `name` is that of the policy. With `above_0` a logged action of probability 0 is wrong.
  ProbabilityColumn(std::string name, bool above_0) : name_(std::move(name)), above_0_(above_0) {}

  // Reads a field of the table's row. Lists of the same text are kept once. Throws BadRow.
  void Read(const Table& table, size_t column);
  // The policy, once all rows are read and their actions [N] and number A known; rows `kept` [M]
  // alone, in that order. Throws Error(kData) where a list has not A values.
  JudgedPolicy Finish(const std::vector<int32_t>& action, int64_t actions,
                      const std::vector<int64_t>& kept, const std::string& file) const;

 private:
  void ReadList(const Table& table, size_t column, std::string_view text);

  const std::string name_;
  const bool above_0_;
  std::vector<double> of_logged_;  // [N] of rows without lists
  std::vector<int32_t> list_;      // [N] of rows with lists
  std::vector<std::vector<double>> lists_;
  std::unordered_map<std::string, int32_t> known_lists_;
};

// A column of contexts: numbers of more than kMostCategories values are standardised, others and
// texts become an indicator for each of the kMostCategories values that are the most frequent.
inline constexpr size_t kMostCategories = 20;
class ContextColumn {
 public:
  void Read(std::string_view text);
  // [M, W] of the rows kept, with W in `width`.
  std::vector<double> Finish(const std::vector<int64_t>& kept, size_t& width) const;

 private:
  NameNumbers values_;
  std::vector<int32_t> value_;  // [N]
};

}  // namespace lerl
