#include "lerl/agents/hac.h"

#include "lerl/agents/learning/deterministic_actor.h"
#include "lerl/agents/learning/item_values.h"
#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

class Hac : public DeterministicActor {
 public:
  Hac(const AgentContext& context, const LearnerConfig& learner, const HacConfig& config)
      : DeterministicActor(
            "hac", context, learner, config.replay,
            {.bootstrap = config.published_bootstrap ? Bootstrap::kWhenLeft : Bootstrap::kWhileOn,
             .uniform_noise = config.published_noise,
             .encoder_follows_actor = config.published_states},
            /*masked=*/true),
        config_(config),
        kernel_(torch::nn::Linear(item_width(), item_width())) {
    Own("kernel", kernel_.ptr());
    const torch::NoGradGuard no_grad;
    kernel_->weight.copy_(torch::eye(item_width()));
    AddToActor(kernel_->parameters());
  }

  // The action that is kept of a step is the vector Z_t, or, with published_states, the state.
  int action_width() const override {
    return static_cast<int>(config_.published_states ? state_width() : item_width());
  }
  // Its vectors learn, and its action may be the state.
  const ItemIndex* item_index() override { return nullptr; }

 protected:
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override {
    if (!config_.published_states)
      return DeterministicActor::Decide(states, observations, explore, scores, actions);
    std::vector<float> vectors(observations.size() * At(item_width()));
    DeterministicActor::Decide(states, observations, explore, scores, vectors);
    CopyTo(states, actions);
  }

  torch::Tensor Explore(const torch::Tensor& z, const Observation& seen) const override {
    // Equation (1) of the header; with probability epsilon pi(s) is left out.
    Rng rng(seen.seed, "noise alone", static_cast<uint64_t>(seen.step));
    return DeterministicActor::Explore(
        rng.Bernoulli(config_.epsilon * exploration_factor()) ? torch::zeros_like(z) : z, seen);
  }

  torch::Tensor Vectors() override { return kernel_->forward(items()); }

  std::vector<torch::Tensor> Played(const SessionBatch& batch) override {
    const torch::NoGradGuard no_grad;
    // What L_TD judges, equation (5): the pooled vector of the shown slate, and Z_t.
    const torch::Tensor slate = Pool(Vectors(), batch.items);
    if (config_.published_fit || config_.published_states) return {slate};
    return {slate, batch.actions};
  }

  torch::Tensor CriticStates(const SessionBatch& batch, const torch::Tensor& states) override {
    return config_.published_states ? batch.actions : states;
  }

  torch::Tensor MoreActorLoss(const SessionBatch& batch, const torch::Tensor& states,
                              const torch::Tensor& z, UpdateStats& stats) override {
    // 1. The slate a(Z) of the proposed vector, equation (2), and its pooled vector, equation (3).
    // The choice of the slate has no gradient; the pooling has one to the kernel.
    const torch::Tensor vectors = Vectors();
    const torch::Tensor scores = MaskValues(torch::matmul(z, vectors.t()).detach(),
                                            batch.allowed.narrow(1, 0, batch.steps()));
    const torch::Tensor slate = std::get<1>(scores.topk(slate_, -1));
    const torch::Tensor pooled = Pool(vectors, slate);
    // 2. L_align, equation (7), and L_BCE, equation (8).
    const torch::Tensor apart = MeanOver((pooled - z).square().sum(-1), batch.valid);
    const torch::Tensor supervision = MeanOver(Supervision(batch, z), batch.valid);
    // 3. What they add to L_QMax.
    stats.emplace_back("alignment_loss", apart.item<double>());
    stats.emplace_back("supervision_loss", supervision.item<double>());
    stats.emplace_back("value_gap", ValueGap(batch, states, z, pooled));
    return config_.alignment * apart + config_.supervision * supervision;
  }

 private:
  // g, equation (3) of the header: the mean vector [..., A] of slates int64 [..., K].
  static torch::Tensor Pool(const torch::Tensor& vectors, const torch::Tensor& slates) {
    std::vector<int64_t> shape = slates.sizes().vec();
    shape.push_back(vectors.size(1));
    return vectors.index_select(0, slates.flatten()).view(shape).mean(-2);
  }

  // Mean distance between the values at the proposed vectors and at their slates.
  double ValueGap(const SessionBatch& batch, const torch::Tensor& states, const torch::Tensor& z,
                  const torch::Tensor& pooled) {
    const torch::NoGradGuard no_grad;
    const auto value = [&](const torch::Tensor& at) {
      return critic()->forward(torch::cat({states, at}, -1)).squeeze(-1);
    };
    const torch::Tensor gap = value(z) - value(pooled);
    return MeanOver(gap.abs(), batch.valid).item<double>();
  }

  const HacConfig config_;
  torch::nn::Linear kernel_;
};

}  // namespace

std::unique_ptr<Agent> MakeHac(const AgentContext& context, const LearnerConfig& learner,
                               const HacConfig& config) {
  return std::make_unique<Hac>(context, learner, config);
}

}  // namespace lerl
