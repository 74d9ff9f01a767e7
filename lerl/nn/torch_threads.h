#pragma once
// How many threads libtorch has, for who does not include it.

namespace lerl {

// Keeps libtorch and BLAS on one thread in this process, with the kernels for this processor
// (nn/blas_kernels.h). Must be called before the first tensor;
// later calls do nothing.
void UseOneTorchThread();

}  // namespace lerl
