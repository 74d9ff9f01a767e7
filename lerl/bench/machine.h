#pragma once
// What one core of this machine can do, in matrix products and in copying memory. It is measured in
// the same run as a benchmark, so that the benchmark's figures can be read on another machine.

#include <string>

namespace lerl {

struct MachineFigures {
  std::string name;    // the processor and its number of cores
  double gemm_gflops;  // BLAS, float32, 512 x 512 x 512, one thread
  double memory_gbs;   // copying 64 MB, bytes read and written
};

// Measures once per process, which takes about a quarter of a second.
const MachineFigures& ThisMachine();

}  // namespace lerl
