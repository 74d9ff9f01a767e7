#pragma once
// For tests: what a study of the tiny data set found, by hand. One claim is shown, the other could
// not be judged, since all cells of a row have failed.

#include "lerl/study/study_outcome.h"
#include "lerl/testing/small_study.h"

namespace lerl {

class WrittenStudy : public StudyTest {
 protected:
  WrittenStudy() : plan_(PlanOf()) {
    for (size_t row = 0; row < 4; ++row) {
      StudyRow& of = outcome_.rows.emplace_back();
      if (row == 3) continue;
      const double base = static_cast<double>(row);
      of.seeds = {1, 2};
      of.evaluation.emplace();
      of.evaluation->users = {0, 1};
      of.evaluation->result.policy = plan_.comparison.rows[row].label;
      of.evaluation->result.users = 2;
      of.evaluation->result.metrics.emplace_back("R_cum", Interval{base + 1, base, base + 2});
      of.evaluation->tables.emplace_back(
          "R_cum", CrossedTable{.seeds = 2,
                                .users = 2,
                                .of_sessions = true,
                                .estimate = base + 1,
                                .cells = {base, base + 2, base + 1, base + 1}});
      of.rank = Interval{3 - base, 1, 3};
    }
    outcome_.findings = {{.result = {.verdict = ClaimVerdict::kShown,
                                     .corrected = {2, 1.5, 2.5},
                                     .p = 0.002,
                                     .p_corrected = 0.004,
                                     .family = 2,
                                     .margin = 0.2,
                                     .effect = 0.2,
                                     .effect_size = 1.1,
                                     .smallest = 0.7,
                                     .seeds_needed = 9},
                          .seeds = {1, 2},
                          .improvement = Interval{0.75, 0.5, 1}},
                         {.result = {.family = 2}, .problem = "cells failed"}};
    for (const int64_t seed : {1, 2})
      outcome_.failed.push_back({.rows = {"planned, by chance"},
                                 .seed = seed,
                                 .tries = 3,
                                 .error = "out of memory | killed"});
    outcome_.analysis = {{"commit", "0123456789ab"}, {"held_out", "test"}};
  }
  const StudyPlan plan_;
  StudyOutcome outcome_;
};

}  // namespace lerl
