#pragma once
// What the tables of agents, planners, data sets, tasks, leave rules, response models and metrics
// have in common. A table is a constexpr array of rows, one for each thing that a configuration can
// name. Every row begins with the same columns:
//
//   std::string_view name;    how configurations and commands call it
//   std::string_view what;    what it is, in one line
//   std::string_view source;  paper, project or "control"; absent where there is none

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/error.h"

namespace lerl {

template <typename Row>
std::vector<std::string> RowNames(std::span<const Row> rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const Row& row : rows) names.emplace_back(row.name);
  return names;
}

// Makes the error for a name that is not in a table: "WHERE: there is no KIND 'NAME'; did you mean
// 'X'?", or with all names where none is near. `where` is the setting or the command.
Error UnknownName(ErrorKind error, std::string_view where, std::string_view kind,
                  std::string_view name, const std::vector<std::string>& names);

// Returns the row of that name. Throws the error that UnknownName makes if there is none.
template <typename Row>
const Row& FindRow(std::span<const Row> rows, std::string_view name, std::string_view where,
                   std::string_view kind, ErrorKind error = ErrorKind::kConfig) {
  for (const Row& row : rows)
    if (row.name == name) return row;
  throw UnknownName(error, where, kind, name, RowNames(rows));
}

}  // namespace lerl
