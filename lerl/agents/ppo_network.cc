#include "lerl/agents/ppo_network.h"

#include <cmath>
#include <numbers>

namespace lerl {
namespace {

torch::nn::Sequential Mlp(int64_t in, int64_t hidden, int64_t out) {
  return torch::nn::Sequential(torch::nn::Linear(in, hidden), torch::nn::ReLU(),
                               torch::nn::Linear(hidden, hidden), torch::nn::ReLU(),
                               torch::nn::Linear(hidden, out));
}

}  // namespace

PpoNetworkImpl::PpoNetworkImpl(const PpoConfig& config, const PpoShape& shape) : config_(config) {
  const int64_t width = config.encoder.width;
  const int64_t state = width + 2 * shape.categories + 1;
  embed_ = register_module("embed", torch::nn::Linear(shape.token_width, width));
  encoder_ = register_module("encoder", CausalTransformer(config.encoder));
  actor_ = register_module("actor", Mlp(state, config.hidden, shape.action));
  critic_ = register_module("critic", Mlp(state, config.hidden, 1));
  log_sigma_ = register_parameter("log_sigma", torch::zeros({shape.action}));
  if (config.state_sigma) sigma_ = register_module("sigma", torch::nn::Linear(state, shape.action));
  const auto on = [](bool use, int64_t n) { return torch::full({n}, use ? 1.0f : 0.0f); };
  context_switch_ =
      torch::cat({on(config.use_plan, shape.categories), on(config.use_dominant, shape.categories),
                  on(config.use_budget, 1)});
}

torch::Tensor PpoNetworkImpl::Encode(const torch::Tensor& tokens) {
  return encoder_->forward(Embed(tokens));
}

PolicyOutput PpoNetworkImpl::Heads(const torch::Tensor& encoded, const torch::Tensor& context) {
  const torch::Tensor state = torch::cat({encoded, context * context_switch_}, -1);
  PolicyOutput out;
  out.mu = actor_->forward(state);
  out.log_sigma = (log_sigma_ + std::log(config_.sigma)).expand_as(out.mu);
  if (config_.state_sigma) out.log_sigma = out.log_sigma + sigma_->forward(state);
  out.log_sigma = out.log_sigma.clamp(-4.0, 1.0);
  out.value = critic_->forward(state).squeeze(-1);
  return out;
}

torch::Tensor PpoNetworkImpl::LogDensity(const PolicyOutput& policy, const torch::Tensor& action) {
  const torch::Tensor z = (action - policy.mu) * torch::exp(-policy.log_sigma);
  return (-0.5 * z.square() - policy.log_sigma - 0.5 * std::log(2 * std::numbers::pi)).sum(-1);
}

void PpoNetworkImpl::SilenceContext() {
  const torch::NoGradGuard no_grad;
  for (auto& head : {actor_, critic_}) {
    torch::Tensor weight = head->named_parameters()["0.weight"];
    weight.narrow(1, config_.encoder.width, weight.size(1) - config_.encoder.width).zero_();
  }
  if (config_.state_sigma) sigma_->weight.zero_();
}

}  // namespace lerl
