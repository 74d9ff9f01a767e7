#pragma once
// The gradients of all ranks added up (base/ranks.h), in one sum for all parameters. Include from
// .cc files only.

#include <vector>

#include "lerl/base/ranks.h"
#include "lerl/nn/torch.h"

namespace lerl {

// Each parameter float [...] gets the sum of its gradients over the ranks, and none where it has
// none on any rank. `further` numbers become their sums too, in single precision, since they travel
// with the gradients.
void SumGradients(Ranks& ranks, const std::vector<torch::Tensor>& parameters,
                  std::vector<double>& further);

// The sum over the ranks of tensors float [...], each of the same shape on all ranks.
void SumTensors(Ranks& ranks, const std::vector<torch::Tensor>& tensors);

}  // namespace lerl
