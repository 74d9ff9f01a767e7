#include "lerl/agents/learning/item_values.h"

#include <limits>

#include "lerl/agents/learning/learning_agent.h"

namespace lerl {

ItemValuesImpl::ItemValuesImpl(torch::Tensor items, int64_t state_width, int64_t hidden)
    : items_(std::move(items)) {
  head_ = register_module("head", Mlp(state_width, hidden, items_.size(1) + 1));
  bias_ = register_parameter("bias", torch::zeros({items_.size(0)}));
}

torch::Tensor ItemValuesImpl::forward(const torch::Tensor& states) {
  const torch::Tensor out = head_->forward(states);
  const int64_t width = items_.size(1);
  return torch::matmul(out.narrow(-1, 0, width), items_.t()) + out.narrow(-1, width, 1) + bias_;
}

void ItemValuesImpl::Silence(int64_t encoded_width) { SilenceContext(head_, encoded_width); }

void ItemValuesImpl::Follow(const ItemValuesImpl& other, double rate) {
  const torch::NoGradGuard no_grad;
  head_->Follow(*other.head_, rate);
  bias_.lerp_(other.bias_, rate);
}

torch::Tensor MaskValues(const torch::Tensor& values, const torch::Tensor& allowed) {
  if (!allowed.defined()) return values;
  return values.masked_fill(allowed.logical_not(), -std::numeric_limits<float>::infinity());
}

torch::Tensor ItemRewards(const SessionBatch& batch) {
  const torch::Tensor rest = batch.rewards - batch.credit.mean(-1);
  return batch.credit + rest.unsqueeze(-1);
}

}  // namespace lerl
