#include "lerl/agents/learning/sum_gradients.h"

#include <algorithm>

#include "lerl/base/index.h"

namespace lerl {

// One row of numbers: the gradients one after another, for each parameter 1 where it has one, and
// the further numbers.
void SumGradients(Ranks& ranks, const std::vector<torch::Tensor>& parameters,
                  std::vector<double>& further) {
  int64_t entries = 0;
  for (const torch::Tensor& parameter : parameters) entries += parameter.numel();
  const int64_t count = std::ssize(parameters);
  torch::Tensor row = torch::zeros({entries + count + std::ssize(further)});
  float* const numbers = row.data_ptr<float>();
  float *at = numbers, *has = numbers + entries, *last = has + count;
  for (size_t n = 0; n < parameters.size(); ++n) {
    const torch::Tensor& gradient = parameters[n].grad();
    if (gradient.defined()) {
      const torch::Tensor dense = gradient.contiguous();
      std::copy_n(dense.data_ptr<float>(), dense.numel(), at);
      has[n] = 1;
    }
    at += parameters[n].numel();
  }
  std::ranges::transform(further, last, [](double x) { return static_cast<float>(x); });

  ranks.Sum(std::span<float>(numbers, At(row.numel())));

  int64_t from = 0;
  for (size_t n = 0; n < parameters.size(); ++n) {
    const torch::Tensor& parameter = parameters[n];
    if (has[n] > 0)
      parameter.mutable_grad() = row.narrow(0, from, parameter.numel()).view(parameter.sizes());
    from += parameter.numel();
  }
  for (double& number : further) number = static_cast<double>(*last++);
}

void SumTensors(Ranks& ranks, const std::vector<torch::Tensor>& tensors) {
  if (ranks.alone()) return;
  std::vector<torch::Tensor> flat;
  for (const torch::Tensor& tensor : tensors) flat.push_back(tensor.flatten());
  const torch::Tensor row = torch::cat(flat);
  ranks.Sum(std::span<float>(row.data_ptr<float>(), At(row.numel())));
  int64_t from = 0;
  for (const torch::Tensor& tensor : tensors) {
    tensor.copy_(row.narrow(0, from, tensor.numel()).view(tensor.sizes()));
    from += tensor.numel();
  }
}

}  // namespace lerl
