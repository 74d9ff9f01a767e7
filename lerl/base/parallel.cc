#include "lerl/base/parallel.h"

#include <xmmintrin.h>
#include <pmmintrin.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace lerl {

void FlushDenormals() {
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
}

void ParallelFor(int64_t blocks, int threads, const std::function<void(int64_t)>& work) {
  if (threads <= 1 || blocks <= 1) {
    for (int64_t block = 0; block < blocks; ++block) work(block);
    return;
  }
  std::atomic<int64_t> next{0};
  std::exception_ptr failure;
  std::mutex mutex;
  const auto run = [&] {
    FlushDenormals();
    for (int64_t block = next++; block < blocks; block = next++) {
      try {
        work(block);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = blocks;
      }
    }
  };
  std::vector<std::jthread> pool;
  for (int64_t i = 1; i < std::min<int64_t>(threads, blocks); ++i) pool.emplace_back(run);
  run();
  pool.clear();  // joins
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lerl
