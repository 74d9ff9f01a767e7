#pragma once
// Which combinations of levels a study runs, and what such a choice can't tell apart.
//
//   full           all of them
//   one_at_a_time  the first level of every factor, and each row that differs from it in one level
//   fraction       2^(k - p) rows of k two-level factors: with levels coded -1 and +1, each of p
//                  generators sets a factor to a product of others. Products of generators are the
//                  defining relation; effects whose product is in it are aliased (Box, Hunter and
//                  Hunter, Statistics for Experimenters, 2nd ed. 2005, chapter 6)
//   random         n rows, every level of a factor as often as the others or once more, drawn so
//                  that the largest correlation between levels of two factors is small

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/study/study_config.h"

namespace lerl {

using LevelPlaces = std::vector<int64_t>;  // [F] a level of each factor

// The rows, in the order in which they are shown. Throws Error(kConfig) where the design can't be
// made: generators that name no factors or depend on each other, factors of more than two levels in
// a fraction, more rows than there are combinations.
std::vector<LevelPlaces> DesignRows(const StudyConfig& config);

// What can't be told apart, in sentences; empty where all can.
std::vector<std::string> DesignAliases(const StudyConfig& config,
                                       const std::vector<LevelPlaces>& rows);

}  // namespace lerl
