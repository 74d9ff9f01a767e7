#pragma once
// CsvBehaviour: which rows of a log show a behaviour, by a condition on one of its columns.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/table.h"

namespace lerl {

// A row has the behaviour where the column meets the condition. Exactly one of at_least, equals and
// every_row must be given.
struct CsvBehaviour {
  std::string name;
  std::string column;
  double at_least = std::numeric_limits<double>::quiet_NaN();
  std::string equals{};
  bool every_row = false;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the behaviour, like \"like\"");
    visit("column", column, "that tells it; empty: that of events");
    visit("at_least", at_least, "shown where the column's number is at least this", Range{});
    visit("equals", equals,
          "shown where the column's text is this, apart from spaces around it; numbers by value");
    visit("every_row", every_row,
          "every row of the file shows it, and those that `negatives` draws don't");
  }
};

// The behaviours of a log: their conditions, and what their columns held.
class CsvBehaviours {
 public:
  explicit CsvBehaviours(const std::vector<CsvBehaviour>& behaviours);

  // To be called before the rows of each file. Throws Error(kData) for a column that it lacks.
  void FindColumns(const Table& table);

  // The responses of the table's row: bit f is behaviour f. Throws BadRow where a number is
  // expected and there is none.
  uint32_t Responses(const Table& table);

  // For each behaviour, "like: 12.5% of 8 rows (rating at least 4; commonest 3: 4, 5: 2, ...)".
  std::vector<std::string> Summaries() const;
  // Throws Error(kData) with the commonest values of its column where a behaviour was shown in no
  // row, or in every row and no rows without it will be drawn: nothing could be learned from it.
  void Check(const std::string& file, bool negatives_drawn = false) const;

 private:
  struct Condition {
    CsvBehaviour behaviour;
    size_t column = 0;
    std::string equals{};            // without spaces around it
    std::optional<double> number{};  // what it is, if it is a number
    int64_t shown = 0;
    std::map<std::string, int64_t, std::less<>> values{};  // the first few hundred
  };
  static bool Holds(const Condition& condition, const Table& table);
  std::string Summary(const Condition& condition) const;

  std::vector<Condition> conditions_;
  int64_t rows_ = 0;
};

}  // namespace lerl
