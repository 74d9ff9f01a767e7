#pragma once
// What this machine can do, measured in the same run as a benchmark, so that its figures can be
// read on another machine: one core's matrix products and memory.

#include <string>

namespace lerl {

struct MachineFigures {
  std::string name;    // the processor and its number of cores
  double gemm_gflops;  // BLAS, float32, 512 x 512 x 512, one thread
  double memory_gbs;   // copying 64 MB, bytes read and written
};

// Measured once per process, in about a quarter of a second.
const MachineFigures& ThisMachine();

}  // namespace lerl
