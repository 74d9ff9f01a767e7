#pragma once
// What stands between libtorch and the project's files: tensors and modules become named arrays and
// are read back, and parameters are initialised from a seed. Only .cc files should include it,
// since it includes libtorch.

#include <span>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/nn/torch.h"

namespace lerl {

// All of these copy. `out` must have as many floats as the tensor; arrays are of float, int64 or
// uint8.
torch::Tensor FromSpan(std::span<const float> values, std::vector<int64_t> shape);
void CopyTo(const torch::Tensor& tensor, std::span<float> out);
Array ToArray(const torch::Tensor& tensor);
torch::Tensor ToTensor(const Array& array);

// Find the named array, and copy it into a tensor. Both throw Error(kCheckpoint) when the array is
// missing, CopyInto also when it has another shape.
const Array& FindArray(const Arrays& arrays, const std::string& name);
void CopyInto(const Arrays& arrays, const std::string& name, torch::Tensor tensor);

// The arrays are named `prefix` + the dotted name of the parameter. LoadModule throws
// Error(kCheckpoint) naming an array that is missing or has another shape.
void SaveModule(const torch::nn::Module& module, const std::string& prefix, Arrays& arrays);
void LoadModule(torch::nn::Module& module, const std::string& prefix, const Arrays& arrays);

// Fills all parameters in the order of their names: matrices uniformly in +-sqrt(1 / fan_in),
// weights of LayerNorm with 1, biases and other vectors with 0. All draws come from `rng`, and none
// from libtorch's own generator.
void InitialiseParameters(torch::nn::Module& module, Rng& rng);

}  // namespace lerl
