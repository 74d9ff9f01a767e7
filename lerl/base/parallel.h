#pragma once
// Work over blocks on several threads. Which thread runs which block never changes a result: a
// block writes only what belongs to it, and reductions are done by the caller in block order.

#include <cstdint>
#include <functional>

namespace lerl {

// Calls work(block) once for each block in [0, blocks), on up to `threads` threads (the caller's
// included), with denormal floats taken as 0. When work throws, the exception of the lowest block
// that failed is rethrown after all threads have stopped, as one thread would have met it.
void ParallelFor(int64_t blocks, int threads, const std::function<void(int64_t)>& work);

// Denormal floats become 0 on the calling thread (they slow arithmetic down a hundredfold).
void FlushDenormals();

}  // namespace lerl
