#pragma once
// What a session log says about slates and their categories.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// The items that step `step` of session `session` showed, [K].
std::span<const int32_t> SlateOf(const SessionLog& log, int64_t session, int64_t step);

// Number of items of the data set that the task can show.
int64_t ItemsToShow(const SessionLog& log, const Dataset& dataset);

// The items that each session showed, in order and as often as it showed them: [S].
std::vector<std::vector<int32_t>> ItemsShown(const SessionLog& log);

// Shares of the categories among the items that steps [begin, end) of a session showed: [C + 1],
// sum 1. An item of n categories gives 1 / n to each. An item without a category counts for the
// last entry, `none`.
std::vector<double> CategoryShares(const Dataset& dataset, const SessionLog& log, int64_t session,
                                   int64_t begin, int64_t end);

// Whether each step of a session repeats, [length]: 1 where its slate shares a dominant category
// (sim/rules/leave_rules.h) with the slate before. The first slate of a session or visit repeats
// nothing.
std::vector<uint8_t> StepsThatRepeat(const Dataset& dataset, const SessionLog& log,
                                     int64_t session);

}  // namespace lerl
