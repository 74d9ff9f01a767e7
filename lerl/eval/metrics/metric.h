#pragma once
// Metric: one figure about how a policy serves its users, measured per session so that statistics
// can resample users and seeds.
//
// Axes: S sessions (one user each), T steps, K slate, I items, D width, C categories.
// Three shapes: a mean over sessions (numerator alone); a ratio of sums over sessions (numerator
// and denominator); a figure of what all sessions of a seed show together (members and pool). A
// metric that has no meaning for a task or a data set gives no values and stands in no result.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct MetricInput {
  const Dataset& dataset;
  const Split& split;
  std::span<const float> item_vectors{};  // [I, D], rows of length 1 (or 0)
};

struct SessionValues {
  std::vector<double> numerator{};    // [S]; empty for a pooled metric
  std::vector<double> denominator{};  // [S], of a ratio; otherwise empty

  // Of a pooled metric: what each session shows of a universe, as often as it counts; and the
  // figure of a seed, given how many members of the universe count n times (element n) over all its
  // sessions.
  std::vector<std::vector<int32_t>> members{};  // [S] ids from 0 on
  int64_t universe = 0;                         // how many ids there are to show
  double (*pool)(std::span<const int64_t> members_by_count) = nullptr;

  bool empty() const { return numerator.empty() && members.empty(); }
};

struct Metric {
  std::string_view name;  // "T_int"
  std::string_view what;  // its definition, one sentence
  const char* unit;        // "steps", "" for a share
  bool higher_is_better;
  double lowest, highest;  // what the figure can be at all; intervals end there
  SessionValues (*measure)(const SessionLog& log, const MetricInput& input);
  const char* column = nullptr;  // its title in tables that don't say which metrics they show
};

}  // namespace lerl
