#pragma once
// CsvBehaviour: which rows of a log show a behaviour, by a condition on one of its columns.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/table.h"

namespace lerl {

// A row has the behaviour where the column meets the condition. Exactly one of at_least and equals
// must be given.
struct CsvBehaviour {
  std::string name;
  std::string column;
  double at_least = std::numeric_limits<double>::quiet_NaN();
  std::string equals{};

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "of the behaviour, like \"like\"");
    visit("column", column, "that tells it");
    visit("at_least", at_least, "shown where the column's number is at least this", Range{});
    visit("equals", equals,
          "shown where the column's text is this, apart from spaces around it; numbers by value");
  }
};

// The behaviours of one file: their conditions, and what their columns held.
class CsvBehaviours {
 public:
  // Throws Error(kData) for a column that the table lacks.
  CsvBehaviours(const std::vector<CsvBehaviour>& behaviours, const Table& table);

  // The responses of the table's row: bit f is behaviour f. Throws BadRow where a number is
  // expected and there is none.
  uint32_t Responses(const Table& table);

  // For each behaviour, "like: 12.5% of 8 rows (rating at least 4; commonest 3: 4, 5: 2, ...)".
  std::vector<std::string> Summaries() const;
  // Throws Error(kData) with the commonest values of its column where a behaviour was shown in no
  // row or in every row: nothing could be learned from it.
  void Check(const std::string& file) const;

 private:
  struct Condition {
    CsvBehaviour behaviour;
    size_t column = 0;
    std::string equals{};  // as ValueOfId
    int64_t shown = 0;
    std::map<std::string, int64_t, std::less<>> values{};  // the first few hundred
  };
  std::string Summary(const Condition& condition) const;

  std::vector<Condition> conditions_;
  int64_t rows_ = 0;
};

}  // namespace lerl
