#pragma once
// What a study is going to do, all of it known before the first cell runs: its rows as those of a
// comparison (eval/comparison_cells.h runs them), and its contrasts, the differences between rows
// that its claims are tested by.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/eval/comparison_config.h"
#include "lerl/study/study_config.h"
#include "lerl/study/study_design.h"

namespace lerl {

// Mean of the rows `level` less mean of the rows `against`.
struct StudyContrast {
  size_t claim = 0;    // in StudyConfig::claims
  std::string text{};  // the claim, with the other factors' levels where it is of one combination
  std::vector<size_t> level{}, against{};  // places of rows
};

struct StudyPlan {
  StudyConfig study;
  ComparisonConfig comparison;      // rows, runs and report
  std::vector<LevelPlaces> levels;  // [rows]
  std::vector<StudyContrast> contrasts;
  std::vector<std::string> aliases;  // what the design can't tell apart

  const std::vector<int64_t>& seeds() const { return comparison.rows.front().config.train.seeds; }
};

// Throws Error(kConfig) where a row's settings can't work, rows have other seeds or numbers of
// users, there are fewer than two seeds, `judge` changes what is no part of the simulator, or a
// claim has no rows or compares rows whose users differ or answer and leave by other rules.
StudyPlan MakeStudyPlan(StudyConfig study);

// Cuts seeds, iterations and users so that the study runs in minutes; its figures mean nothing.
void CutToSmoke(StudyPlan& plan);

}  // namespace lerl
