#pragma once
// Work in blocks on several threads. Which thread runs which block never changes a result: a block
// writes only what belongs to it, and the caller does reductions in the order of the blocks.

#include <cstdint>
#include <functional>

namespace lerl {

// Calls work(block) once for each block in [0, blocks), on up to `threads` threads, the caller's
// included. Denormal floats count as 0 meanwhile. When work throws, no further blocks are started,
// and after all threads have stopped the exception of the lowest block that failed is rethrown,
// which is the one that a single thread would have met.
void ParallelFor(int64_t blocks, int threads, const std::function<void(int64_t)>& work);

// Makes denormal floats 0 on the calling thread, since they slow arithmetic down a hundredfold.
void FlushDenormals();

// Both hold while they live, on the thread that made them, and restore the mode of arithmetic that
// was there before: whoever calls us from a process of their own gets it back as it was.
class DenormalsFlushed {  // as FlushDenormals
 public:
  DenormalsFlushed();
  ~DenormalsFlushed();
  DenormalsFlushed(const DenormalsFlushed&) = delete;
  DenormalsFlushed& operator=(const DenormalsFlushed&) = delete;

 private:
  const unsigned mode_;
};
class DenormalsKept {  // the mode that a process starts with
 public:
  DenormalsKept();
  ~DenormalsKept();
  DenormalsKept(const DenormalsKept&) = delete;
  DenormalsKept& operator=(const DenormalsKept&) = delete;

 private:
  const unsigned mode_;
};

}  // namespace lerl
