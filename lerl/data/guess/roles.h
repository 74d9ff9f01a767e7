#pragma once
// Roles: what the columns of a log mean, by their names and by what they hold.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/data/guess/sample.h"
#include "lerl/data/sources/csv_behaviour.h"

namespace lerl {

// What a column may be called, the likelier first. Names are compared without case and without what
// is neither a letter nor a digit.
enum class Role {
  kUser,
  kItem,
  kTime,
  kRating,
  kYesNo,
  kEvent,
  kAmount,
  kPrice,
  kTitle,
  kCategory
};

// The column with the likeliest name of this role, of those that `fits`; nullptr if there is none.
const SampleColumn* ColumnOfRole(const FileSample& sample, Role role,
                                 const std::function<bool(const SampleColumn&)>& fits = {});

struct TimeGuess {
  std::string unit{};     // time_unit
  std::string pattern{};  // time_format, in place of it
  std::string other{};    // a pattern that fits all values too, and makes other times of them
};
// How the column writes times; nothing where it holds none of likely years.
std::optional<TimeGuess> GuessTime(const SampleColumn& column);

// Whether the column holds kinds of events, of which some are wanted.
bool IsEventColumn(const SampleColumn& column);

// Whether all rows of an item have the same value, and some item has several rows.
bool DependsOn(const SampleColumn& item, const SampleColumn& column);

// A description of the roles with the sentence that says why.
struct BehaviourGuess {
  std::vector<CsvBehaviour> behaviours{};
  std::string value{}, event{}, why{};
  int64_t negatives = 0;
};
BehaviourGuess GuessBehaviours(const FileSample& sample);

// What stands between the categories of a column.
std::string GuessCategorySeparator(const FileSample& sample, const SampleColumn& column);

}  // namespace lerl
