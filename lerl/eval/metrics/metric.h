#pragma once
// Metric: one figure about how a policy serves its users, measured per session so that statistics
// can resample users and seeds.
//
// Axes: S sessions (one user each), T steps, K slate, I items, D width, C categories.
//
// A metric has one of three shapes (eval/statistics.h says how each becomes an interval):
//
//   mean    mean over sessions of `numerator`
//   ratio   sum over sessions of `numerator` / sum over sessions of `denominator`
//   pooled  a figure of what all sessions of a seed show together: `pool` of all `members`
//
// A metric that means nothing for a task or a data set gives no values and stands in no result.

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
  std::span<const uint8_t> new_items{};   // [I] as Split::new_items
};

struct SessionValues {
  std::vector<double> numerator{};    // [S]; empty for a pooled metric
  std::vector<double> denominator{};  // [S], of a ratio; otherwise empty

  // A pooled metric lists which members of a universe a session shows, each as often as it counts.
  // `pool` computes the figure of a seed: element n of its argument says how many members of the
  // universe were listed n times by all sessions of the seed together.
  std::vector<std::vector<int32_t>> members{};  // [S] ids from 0 on
  int64_t universe = 0;                         // how many ids there are
  double (*pool)(std::span<const int64_t> members_by_count) = nullptr;

  bool empty() const { return numerator.empty() && members.empty(); }
};

struct Metric {
  std::string_view name;  // "T_int"
  std::string_view what;  // its definition, one phrase, as the report shows it
  const char* unit;       // "steps", "" for a share
  bool higher_is_better;
  double lowest, highest;  // range of the figure; its intervals are cut there
  SessionValues (*measure)(const SessionLog& log, const MetricInput& input);
  const char* column = nullptr;  // title of its column where no metrics are chosen; null: no column
};

}  // namespace lerl
