#pragma once
// An interval as JSON: {"mean", "low", "high"}, or null where there is none.

#include <nlohmann/json.hpp>
#include <optional>

#include "lerl/eval/statistics.h"

namespace lerl {

inline nlohmann::json IntervalJson(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return {{"mean", interval->mean}, {"low", interval->low}, {"high", interval->high}};
}

}  // namespace lerl
