#include "lerl/nn/torch_threads.h"

#include <cblas.h>
#include <malloc.h>

#include "lerl/base/parallel.h"
#include "lerl/nn/blas_kernels.h"
#include "lerl/nn/torch.h"

namespace lerl {

void UseOneTorchThread() {
  static const bool once = [] {
    UseKernelsOfThisProcessor();
    openblas_set_num_threads(1);  // libtorch's setting has no effect on OpenBLAS
    at::set_num_threads(1);
    at::set_num_interop_threads(1);
    at::globalContext().setFlushDenormal(true);
    FlushDenormals();
    // Tensors of a few megabytes come and go at every step of learning. Left to itself, the
    // allocator gives their pages back each time, and the kernel clears them anew.
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace lerl
