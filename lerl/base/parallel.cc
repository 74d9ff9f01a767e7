#include "lerl/base/parallel.h"

#include <pmmintrin.h>
#include <xmmintrin.h>

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

DenormalsFlushed::DenormalsFlushed() : mode_(_mm_getcsr()) { FlushDenormals(); }
DenormalsFlushed::~DenormalsFlushed() { _mm_setcsr(mode_); }

DenormalsKept::DenormalsKept() : mode_(_mm_getcsr()) {
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_OFF);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_OFF);
}
DenormalsKept::~DenormalsKept() { _mm_setcsr(mode_); }

void ParallelFor(int64_t blocks, int threads, const std::function<void(int64_t)>& work) {
  const DenormalsFlushed flushed;
  if (threads <= 1 || blocks <= 1) {
    for (int64_t block = 0; block < blocks; ++block) work(block);
    return;
  }
  std::atomic<int64_t> next{0};
  std::exception_ptr failure;
  int64_t failed_block = blocks;
  std::mutex mutex;
  const auto run = [&] {
    FlushDenormals();
    for (int64_t block = next++; block < blocks; block = next++) {
      try {
        work(block);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (block < failed_block) failure = std::current_exception(), failed_block = block;
        next = blocks;
      }
    }
  };
  {
    std::vector<std::jthread> pool;  // joins at the end of its scope
    for (int64_t i = 1; i < std::min<int64_t>(threads, blocks); ++i) pool.emplace_back(run);
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lerl
