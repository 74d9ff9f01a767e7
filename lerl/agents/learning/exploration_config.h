#pragma once
// Settings of how exploration changes over a run. What an agent explores by, epsilon or sigma, is
// multiplied by a schedule (nn/schedule.h) that starts at 1.

#include <string>

#include "lerl/base/config.h"
#include "lerl/nn/schedule.h"

namespace lerl {

struct ExplorationConfig {
  std::string schedule = "constant";
  double end = 0.1;

  bool changes() const { return schedule != "constant"; }
  // What epsilon or sigma is multiplied by at a progress of the run in [0, 1].
  double Factor(double progress) const { return MakeSchedule(schedule, end).At(1, progress); }

  void VisitFields(FieldVisitor& visit) {
    visit("explore_schedule", schedule,
          "what becomes of exploration over the run; linear: it falls to explore_end",
          ScheduleNames());
    visit("explore_end", end,
          "share of the exploration at the start that a linear schedule ends at", Range{0, 1});
  }
};

}  // namespace lerl
