#include "lerl/agents/learning/policy_head.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "lerl/agents/learning/exploration.h"
#include "lerl/agents/learning/learning_agent.h"
#include "lerl/agents/learning/orthogonal.h"
#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

// Standard normals [n, width] from each observation's own stream of exploration.
torch::Tensor Noise(std::span<const Observation> observations, int64_t width) {
  torch::Tensor noise = torch::empty({std::ssize(observations), width});
  float* row = noise.data_ptr<float>();
  for (const Observation& seen : observations) {
    Rng rng(seen.seed, "policy explores", static_cast<uint64_t>(seen.step));
    row = std::generate_n(row, width, [&rng] { return static_cast<float>(rng.Normal()); });
  }
  return noise;
}

}  // namespace

PolicyDensity PlackettLuce(const torch::Tensor& logits, const torch::Tensor& slates) {
  const torch::Tensor shown = logits.gather(-1, slates);  // [..., K]
  const torch::Tensor others = logits.scatter(-1, slates, kMinusInfinity).clamp_min(-1e30);
  // Equations (6) and (7), from the last draw to the first. `left` is the log of the mass that is
  // left before a draw, and `mean` the mean logit under the draw, so that H_k = left - mean. They
  // start as those of the items outside the slate.
  torch::Tensor left = torch::logsumexp(others, -1);
  torch::Tensor mean = (torch::softmax(others, -1) * others).sum(-1);
  torch::Tensor sum = torch::zeros_like(left), entropy = torch::zeros_like(left);
  for (int64_t k = slates.size(-1) - 1; k >= 0; --k) {
    const torch::Tensor own = shown.select(-1, k), before = left;
    left = torch::logaddexp(left, own);
    mean = mean * torch::exp(before - left) + own * torch::exp(own - left);
    sum = sum + own - left;
    entropy = entropy + left - mean;
  }
  return {sum, entropy};
}

torch::Tensor BendLogSigma(const torch::Tensor& x) {
  const torch::Tensor within = x.clamp(-4.0, 1.0), beyond = x - within;
  return within + beyond / (1 + 2 * beyond.abs());
}

PolicyHeadImpl::PolicyHeadImpl(const PolicyConfig& config, torch::Tensor item_vectors,
                               int64_t state_width)
    : config_(config), items_(std::move(item_vectors)) {
  const int64_t width = items_.size(1);
  actor_ = register_module("actor", Mlp(state_width, config.hidden, width));
  if (draws_items()) {
    bias_ = register_parameter("bias", torch::zeros({items_.size(0)}));
    return;
  }
  log_sigma_ = register_parameter("log_sigma", torch::zeros({width}));
  if (config.state_sigma) sigma_ = register_module("sigma", torch::nn::Linear(state_width, width));
}

void PolicyHeadImpl::Silence(int64_t encoded_width) {
  SilenceContext(actor_, encoded_width);
  if (!sigma_) return;
  const torch::NoGradGuard no_grad;
  sigma_->weight.zero_();
}

void PolicyHeadImpl::InitialiseOrthogonal(int64_t encoded_width, Rng& rng) {
  lerl::InitialiseOrthogonal(actor_, encoded_width, kActorGain, rng);
}

torch::Tensor PolicyHeadImpl::LogSigma(const torch::Tensor& states) {
  torch::Tensor out = log_sigma_ + std::log(config_.sigma);
  if (sigma_) out = out + sigma_->forward(states);
  return BendLogSigma(out);
}

torch::Tensor PolicyHeadImpl::AllLogits(const torch::Tensor& mu) const {
  const torch::Tensor scores = torch::matmul(mu, items_.t());
  return draws_items() ? scores + bias_ : scores;
}

torch::Tensor PolicyHeadImpl::Logits(const torch::Tensor& mu, const torch::Tensor& items) const {
  const torch::Tensor scores = (mu * items_.index_select(0, items)).sum(-1);
  return draws_items() ? scores + bias_.index_select(0, items) : scores;
}

torch::Tensor PolicyHeadImpl::ResponseLoss(const torch::Tensor& states, const SessionBatch& batch) {
  const torch::Tensor valid = batch.valid.flatten().nonzero().squeeze(-1);
  if (valid.size(0) == 0) return {};
  const auto of_valid = [&valid](const torch::Tensor& t) {
    return t.flatten(0, 1).index_select(0, valid);
  };
  const torch::Tensor mu = Mu(of_valid(states.narrow(1, 0, batch.steps())));
  const torch::Tensor shown = of_valid(batch.items);  // [N, K]
  const torch::Tensor logits = Logits(mu.repeat_interleave(shown.size(1), 0), shown.flatten());
  return torch::binary_cross_entropy_with_logits(logits, of_valid(batch.responses).flatten());
}

PolicyDensity PolicyHeadImpl::Density(const torch::Tensor& states, const SessionBatch& batch,
                                      const torch::Tensor& offset) {
  const torch::Tensor mu = Mu(states);
  if (!draws_items()) {
    // The log density of the virtual item that was drawn, under equations (1) and (2).
    const torch::Tensor log_sigma = LogSigma(states).expand_as(mu);
    const torch::Tensor z = (batch.actions - mu) * torch::exp(-log_sigma);
    const double constant = 0.5 * std::log(2 * std::numbers::pi) * static_cast<double>(mu.size(-1));
    return {(-0.5 * z.square() - log_sigma).sum(-1) - constant, log_sigma.sum(-1), log_sigma};
  }
  LERL_CHECK(batch.allowed.defined());
  // 1. The mask. After a session's end nothing was shown. There all items count as allowed: a mask
  // that is empty, or without what stands there for a slate, gives no number, which a weight of 0
  // would not take out of a mean.
  const torch::Tensor inside = batch.allowed.narrow(1, 0, batch.steps());
  const torch::Tensor allowed = inside.logical_or((batch.valid == 0).unsqueeze(-1));
  // 2. Logits inside the mask, equation (4).
  const torch::Tensor scores = offset.defined() ? AllLogits(mu) + offset : AllLogits(mu);
  const torch::Tensor outside = allowed.logical_not();
  const torch::Tensor logits = scores.masked_fill(outside, kMinusInfinity);
  // 3. The log density of the slate that was shown, and the entropy of its draws, equations (6) and
  // (7); as published, those of one draw.
  if (!config_.published_density) return PlackettLuce(logits, batch.items);
  const torch::Tensor log_p = torch::log_softmax(logits, -1);
  return {log_p.gather(-1, batch.items).mean(-1),
          -(log_p.exp() * log_p.masked_fill(outside, 0)).sum(-1)};
}

void PolicyHeadImpl::Decide(const torch::Tensor& states, std::span<const Observation> observations,
                            bool explore, std::span<float> scores, std::span<float> actions,
                            const torch::Tensor& offset) {
  torch::Tensor mu = Mu(states);
  const auto all_logits = [&] { return offset.defined() ? AllLogits(mu) + offset : AllLogits(mu); };
  if (draws_items()) {
    CopyTo(all_logits(), scores);
    if (explore) AddGumbelNoise(observations, scores);
    return;
  }
  if (explore) mu = mu + Noise(observations, items_.size(1)) * LogSigma(states).exp();
  CopyTo(mu, actions);
  if (!scores.empty()) CopyTo(all_logits(), scores);
}

}  // namespace lerl
