#include "lerl/bench/cell_simulation.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

SimulatedStudy Small() {
  return {.workers = 10, .cells = 500, .calls = {.take = 1e-3, .beat = 1e-3, .finish = 1e-3}};
}

TEST(SimulateStudy, WhereNothingGoesWrongItTakesLittleMoreThanTheWorkItself) {
  SimulatedStudy study = Small();
  study.death_share = study.stall_share = 0;
  const SimulationResult result = SimulateStudy(study);
  EXPECT_EQ(result.done_once, 500);
  EXPECT_EQ(result.late, 0);
  EXPECT_GT(result.efficiency(), 0.9);
  EXPECT_LE(result.efficiency(), 1);
  // Each cell is taken and ended, and beats while it runs.
  EXPECT_GT(result.calls, 500 * 2);
}

TEST(SimulateStudy, EveryCellIsDoneOnceThoughWorkersDieAndStall) {
  SimulatedStudy study = Small();
  study.death_share = 0.1;
  study.stall_share = 0.1;
  const SimulationResult result = SimulateStudy(study);
  EXPECT_GT(result.deaths, 20);
  EXPECT_GT(result.stalls, 20);
  EXPECT_EQ(result.done_once, 500);
  EXPECT_LT(result.efficiency(), 0.9);
}

TEST(SimulateStudy, ASlowLedgerIsTheBottleneck) {
  SimulatedStudy study = Small();
  study.calls = {.take = 10, .beat = 0, .finish = 0};
  const SimulationResult result = SimulateStudy(study);
  EXPECT_GE(result.makespan_s, 500 * 10);
  EXPECT_GT(result.ledger_busy, 0.9);
}

}  // namespace
}  // namespace lerl
