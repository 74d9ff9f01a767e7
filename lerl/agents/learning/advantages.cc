#include "lerl/agents/learning/advantages.h"

#include "lerl/base/index.h"

namespace lerl {
namespace {

std::span<float> Row(const torch::Tensor& matrix, int64_t row, int64_t length) {
  return {matrix.data_ptr<float>() + row * matrix.size(1), At(length)};
}

}  // namespace

Advantages ComputeAdvantages(const SessionBatch& batch, const torch::Tensor& rewards,
                             const torch::Tensor& values, const GaeConfig& config) {
  Advantages out{torch::zeros(batch.valid.sizes()), torch::zeros(batch.valid.sizes())};
  const torch::Tensor r = rewards.contiguous(), v = values.contiguous(),
                      g = batch.goes_on.contiguous();
  for (int64_t s = 0; s < batch.sessions(); ++s) {
    const auto length = static_cast<int64_t>(batch.valid[s].sum().item<float>());
    Gae(Row(r, s, length), Row(v, s, length + 1), Row(g, s, length), config,
        Row(out.advantage, s, length), Row(out.returns, s, length));
  }
  return out;
}

}  // namespace lerl
