#pragma once
// Metric: one figure about how a policy serves its users, measured per session so that statistics
// can resample users and seeds.
//
// Axes: S sessions (one user each), T steps, K slate, I items, D width, C categories.
// Three shapes: a mean over sessions (numerator alone); a ratio of sums over sessions (numerator
// and denominator); a share of a universe that the union of the sessions' sets covers (sets).

#include <cstdint>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct MetricInput {
  const Dataset& dataset;
  std::span<const float> item_vectors;  // [I, D], rows of length 1 (or 0)
};

struct SessionValues {
  std::vector<double> numerator{};           // [S]; empty for a set-valued metric
  std::vector<double> denominator{};         // [S], of a ratio; otherwise empty
  std::vector<std::vector<int32_t>> sets{};  // [S], each ascending; of a set-valued metric
  int64_t universe = 0;                      // what a union may hold at most
};

struct Metric {
  const char* name;        // "T_int"
  const char* definition;  // one sentence
  const char* unit;        // "steps", "" for a share
  bool higher_is_better;
  double lowest, highest;  // what the figure can be at all; intervals end there
  SessionValues (*measure)(const SessionLog& log, const MetricInput& input);
};

}  // namespace lerl
