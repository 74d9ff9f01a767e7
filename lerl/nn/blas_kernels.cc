#include "lerl/nn/blas_kernels.h"

#include <cblas.h>

#include <cstdlib>

#include "lerl/nn/torch.h"  // whose products these are; the Python module has neither

// Of an OpenBLAS with kernels for several processors; no header declares them.
extern "C" {
[[gnu::weak]] void ChooseBlasKernels() __asm__("gotoblas_dynamic_init");
[[gnu::weak]] void ForgetBlasKernels() __asm__("gotoblas_dynamic_quit");
}

namespace lerl {
namespace {

constexpr char kVariable[] = "OPENBLAS_CORETYPE";
constexpr char kFallback[] = "Prescott";

const char* KernelsForThisProcessor() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
  return kFallback;
}

}  // namespace

void UseKernelsOfThisProcessor() {
  if (ChooseBlasKernels == nullptr || ForgetBlasKernels == nullptr) return;
  const std::string better = KernelsForThisProcessor();
  if (std::getenv(kVariable) != nullptr || BlasKernels() != kFallback || better == kFallback)
    return;
  ::setenv(kVariable, better.c_str(), 1);
  ForgetBlasKernels();
  ChooseBlasKernels();
  ::unsetenv(kVariable);  // other programs choose for themselves
}

std::string BlasKernels() { return openblas_get_corename(); }

}  // namespace lerl
