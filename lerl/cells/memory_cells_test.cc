#include "lerl/cells/memory_cells.h"

#include "lerl/testing/cell_ledger_conformance.h"

namespace lerl {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, CellLedgerConformance,
                         ::testing::Values(LedgerMaker{"memory", [](const CellClock& now_us) {
                                                         return std::unique_ptr<CellLedger>(
                                                             new MemoryCells(now_us));
                                                       }}));

TEST(CalendarUs, IsAfterTheYearThatThisWasWrittenIn) {
  EXPECT_GT(CalendarUs(), int64_t{1'700'000'000} * 1'000'000);
}

}  // namespace
}  // namespace lerl
