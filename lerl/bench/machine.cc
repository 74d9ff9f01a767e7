#include "lerl/bench/machine.h"

#include <cblas.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

namespace lerl {
namespace {

std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  std::string line, model = "unknown processor";
  while (std::getline(file, line)) {
    if (!line.starts_with("model name")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) model = line.substr(colon + 2);
    break;
  }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores";
}

// Seconds of the fastest of some runs. That is what the machine can do, whatever else it does now.
double Fastest(int runs, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i <= runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (i > 0) best = std::min(best, took.count());  // the first one warms up
  }
  return best;
}

double GemmGflops() {
  constexpr int kSize = 512;
  openblas_set_num_threads(1);
  const std::vector<float> a(kSize * kSize, 0.5f), b(a);
  std::vector<float> c(a.size());
  const double seconds = Fastest(8, [&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSize, kSize, kSize, 1, a.data(), kSize,
                b.data(), kSize, 0, c.data(), kSize);
  });
  return 2.0 * kSize * kSize * kSize / seconds / 1e9;
}

double MemoryGbs() {
  constexpr size_t kBytes = size_t{64} << 20;
  const std::vector<char> from(kBytes, 1);
  std::vector<char> to(kBytes);
  const double seconds = Fastest(4, [&] { std::memcpy(to.data(), from.data(), kBytes); });
  return 2.0 * static_cast<double>(kBytes) / seconds / 1e9;
}

}  // namespace

const MachineFigures& ThisMachine() {
  static const MachineFigures figures{ProcessorName(), GemmGflops(), MemoryGbs()};
  return figures;
}

}  // namespace lerl
