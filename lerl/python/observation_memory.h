#pragma once
// ObservationMemory: what Python sees of sessions that are about to be shown a slate, one row for
// each of n sessions.
//
// Axes: K items of a slate, I items, F behaviours, C categories, D features.

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

struct ObservationMemory {
  std::vector<float> features;     // [n, D] python/session_features.h
  std::vector<uint8_t> mask;       // [n, I] 1 = may be shown now: inside the plan, not excluded
  std::vector<uint8_t> plan;       // [n, C] 1 = in the plan; all 1 without a planner
  std::vector<uint8_t> dominant;   // [n, C] 1 = dominant in the last slate
  std::vector<int64_t> user;       // [n]
  std::vector<int32_t> slate;      // [n, K] last shown; I: nothing yet
  std::vector<uint8_t> responses;  // [n, K, F] to it, 1 = given
  std::vector<float> budget_left;  // [n] share in [0, 1]

  // Sizes all columns; what they hold is 0.
  void Resize(const Dataset& dataset, int64_t rows, int64_t feature_count, int64_t slate_size);
};

// Writes a mask [I]: the items inside the plan [C] less those that are excluded [I].
void WriteMask(const Dataset& dataset, std::span<const uint8_t> plan,
               std::span<const uint8_t> excluded, std::span<uint8_t> mask);
// Writes responses [K], whose bit f is behaviour f, as [K, F].
void WriteResponses(std::span<const uint32_t> responses, std::span<uint8_t> given);

}  // namespace lerl
