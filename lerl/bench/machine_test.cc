#include "lerl/bench/machine.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(ThisMachine, HasANameAndRatesAboveNothing) {
  const MachineFigures& machine = ThisMachine();
  EXPECT_NE(machine.name.find("cores"), std::string::npos);
  EXPECT_GT(machine.gemm_gflops, 0.1);
  EXPECT_GT(machine.memory_gbs, 0.1);
  EXPECT_EQ(&ThisMachine(), &machine);  // measured once
}

}  // namespace
}  // namespace lerl
