#include "lerl/nn/torch_arrays.h"

#include <cmath>
#include <map>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

std::map<std::string, torch::Tensor> SortedParameters(const torch::nn::Module& module) {
  std::map<std::string, torch::Tensor> sorted;
  for (const auto& item : module.named_parameters()) sorted.emplace(item.key(), item.value());
  return sorted;
}

}  // namespace

torch::Tensor FromSpan(std::span<const float> values, std::vector<int64_t> shape) {
  torch::Tensor tensor = torch::empty(shape);
  LERL_CHECK_EQ(At(tensor.numel()), values.size());
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

void CopyTo(const torch::Tensor& tensor, std::span<float> out) {
  const torch::Tensor dense = tensor.contiguous();
  LERL_CHECK_EQ(At(dense.numel()), out.size());
  std::copy_n(dense.data_ptr<float>(), out.size(), out.data());
}

Array ToArray(const torch::Tensor& tensor) {
  const torch::Tensor dense = tensor.detach().to(torch::kCPU).contiguous();
  const std::vector<int64_t> shape = dense.sizes().vec();
  switch (dense.scalar_type()) {
    case torch::kFloat:
      return Array::Of<float>(shape, dense.data_ptr<float>());
    case torch::kLong:
      return Array::Of<int64_t>(shape, dense.data_ptr<int64_t>());
    case torch::kByte:
      return Array::Of<uint8_t>(shape, dense.data_ptr<uint8_t>());
    default:
      FailCheck(__FILE__, __LINE__, "tensor is neither float, int64 nor uint8");
  }
}

torch::Tensor ToTensor(const Array& array) {
  const auto copy = [&array](const void* data, torch::ScalarType type) {
    return torch::from_blob(const_cast<void*>(data), array.shape, type).clone();
  };
  switch (array.type) {
    case Array::Type::kF32:
      return copy(array.Data<float>(), torch::kFloat);
    case Array::Type::kI64:
      return copy(array.Data<int64_t>(), torch::kLong);
    case Array::Type::kU8:
      return copy(array.Data<uint8_t>(), torch::kByte);
    default:
      FailCheck(__FILE__, __LINE__, "array is neither float, int64 nor uint8");
  }
}

const Array& FindArray(const Arrays& arrays, const std::string& name) {
  const auto found = arrays.find(name);
  if (found == arrays.end())
    throw Error(ErrorKind::kCheckpoint,
                "checkpoint has no array '" + name + "'; it belongs to another configuration");
  return found->second;
}

void CopyInto(const Arrays& arrays, const std::string& name, torch::Tensor tensor) {
  const Array& array = FindArray(arrays, name);
  if (array.shape != tensor.sizes().vec())
    throw Error(ErrorKind::kCheckpoint, "checkpoint's array '" + name +
                                            "' has another shape; it belongs to another "
                                            "configuration");
  const torch::NoGradGuard no_grad;
  tensor.copy_(ToTensor(array));
}

void SaveModule(const torch::nn::Module& module, const std::string& prefix, Arrays& arrays) {
  for (const auto& [name, tensor] : SortedParameters(module))
    arrays[prefix + name] = ToArray(tensor);
}

void LoadModule(torch::nn::Module& module, const std::string& prefix, const Arrays& arrays) {
  for (const auto& [name, tensor] : SortedParameters(module))
    CopyInto(arrays, prefix + name, tensor);
}

void InitialiseParameters(torch::nn::Module& module, Rng& rng) {
  const torch::NoGradGuard no_grad;
  for (auto& [name, parameter] : SortedParameters(module)) {
    torch::Tensor tensor = parameter;
    if (tensor.dim() < 2) {
      const bool norm_weight = name.find("norm") != std::string::npos && name.ends_with("weight");
      tensor.fill_(norm_weight ? 1.0 : 0.0);
      continue;
    }
    const double bound = 1.0 / std::sqrt(static_cast<double>(tensor.size(1)));
    torch::Tensor draws = torch::empty_like(tensor);
    float* draw = draws.data_ptr<float>();
    for (int64_t i = 0; i < draws.numel(); ++i)
      draw[i] = static_cast<float>((2.0 * rng.Uniform() - 1.0) * bound);
    tensor.copy_(draws);
  }
}

}  // namespace lerl
