#pragma once
// What a log shows about slates and their categories.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// The items that step `step` of session `session` showed, [K].
std::span<const int32_t> SlateOf(const SessionLog& log, int64_t session, int64_t step);

// For each step of a session, [length]: 1 where the slate shares a dominant category
// (sim/leave_rules.h) with the slate before. The first slate repeats nothing.
std::vector<uint8_t> StepsThatRepeat(const Dataset& dataset, const SessionLog& log,
                                     int64_t session);

}  // namespace lerl
