#pragma once
// Between libtorch and the project's files: modules and optimisers to named arrays and back, seeded
// initialisation. Include from .cc files only (costs <torch/torch.h>).

#include <torch/torch.h>

#include <span>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"

namespace lerl {

torch::Tensor FromSpan(std::span<const float> values, std::vector<int64_t> shape);  // copies
void CopyTo(const torch::Tensor& tensor, std::span<float> out);                     // float, whole

Array ToArray(const torch::Tensor& tensor);  // float, int64 or uint8; copies
torch::Tensor ToTensor(const Array& array);  // copies

// The named array. Throws Error(kCheckpoint) when it is missing; CopyInto also when its shape is
// another.
const Array& FindArray(const Arrays& arrays, const std::string& name);
void CopyInto(const Arrays& arrays, const std::string& name, torch::Tensor tensor);

// Parameters of `module` as `prefix` + dotted name. Load throws Error(kCheckpoint) naming the array
// when one is missing or has another shape.
void SaveModule(const torch::nn::Module& module, const std::string& prefix, Arrays& arrays);
void LoadModule(torch::nn::Module& module, const std::string& prefix, const Arrays& arrays);

// Fills all parameters from `rng` in order of their names, independent of libtorch's own generator:
// matrices uniform in +-sqrt(1 / fan_in), LayerNorm weights 1, biases and vectors 0.
void InitialiseParameters(torch::nn::Module& module, Rng& rng);

// One thread for libtorch and BLAS in this process; call once before the first tensor.
void UseOneTorchThread();

}  // namespace lerl
