#pragma once
// Which kernels OpenBLAS multiplies matrices with.
//
// OpenBLAS chooses them by the processor's model number when it is loaded, and for a number that it
// does not know by SSE3 alone ("Prescott"). Version 0.3.21 of Debian 12 is older than processors
// such as Emerald Rapids: 29 GFLOP/s there, and 141 with the kernels for AVX-512.

#include <string>

namespace lerl {

// Makes OpenBLAS choose anew by what the processor can do, where it has fallen back to SSE3 and the
// processor has AVX-512 or AVX2. Does nothing where OPENBLAS_CORETYPE is set, or for an OpenBLAS
// that has one kind of kernels. Must be called before the first product of matrices.
void UseKernelsOfThisProcessor();

// The name that OpenBLAS has for its kernels, such as "SkylakeX".
std::string BlasKernels();

}  // namespace lerl
