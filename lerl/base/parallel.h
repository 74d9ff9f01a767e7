#pragma once
// Work over blocks on several threads. Which thread runs which block never changes a result: a block
// writes only what belongs to it, and reductions are done by the caller in block order.

#include <cstdint>
#include <functional>

namespace lerl {

// Calls work(block) once for each block in [0, blocks), on up to `threads` threads (the caller's
// included). The first exception is rethrown after all threads have stopped.
void ParallelFor(int64_t blocks, int threads, const std::function<void(int64_t)>& work);

// Denormal floats become 0 on the calling thread (they slow arithmetic down a hundredfold).
// ParallelFor's own threads do it too.
void FlushDenormals();

}  // namespace lerl
