#include "lerl/agents/reinforce.h"

#include "lerl/agents/learning/actor_critic_agent.h"
#include "lerl/agents/learning/policy_loss.h"
#include "lerl/nn/mean_over.h"

namespace lerl {
namespace {

// Mean of the gradients of the minibatches and the sum of their squared distances from it, by
// Welford's updates over all parameters at once.
class GradientSpread {
 public:
  void Add(const Adam& adam) {
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& p : adam.parameters())
      if (p.grad().defined()) flat.push_back(p.grad().flatten());
    const torch::Tensor gradient = torch::cat(flat);
    if (count_ == 0) mean_ = spread_ = torch::zeros_like(gradient);
    const torch::Tensor before = gradient - mean_;
    mean_ = mean_ + before / ++count_;
    spread_ = spread_ + before * (gradient - mean_);
  }
  double Variance() const { return count_ < 2 ? 0 : (spread_.sum() / (count_ - 1)).item<double>(); }

 private:
  torch::Tensor mean_, spread_;
  double count_ = 0;
};

class Reinforce : public ActorCriticAgent {
 public:
  Reinforce(const AgentContext& context, const LearnerConfig& learner,
            const ReinforceConfig& config)
      : ActorCriticAgent("reinforce", context, learner, config.common), config_(config) {}

  UpdateStats LearnFrom(const SessionBatch& batch) override {
    // 1. Returns G_t, equation (1) of the header, at the weights before the update.
    const Targets targets = ComputeTargets(batch);
    PolicyLoss sum;
    double updates = 0;
    GradientSpread spread;
    // 2. One pass over the sessions: the loss of equation (2), and one step of Adam, by minibatch.
    ForMinibatches(batch, [&](const torch::Tensor& rows, const SessionBatch& part) {
      PolicyLoss loss = Loss(part, targets, rows);
      Descend(loss.total, {&loss.policy, &loss.value, &loss.entropy});
      spread.Add(adam());
      sum.policy += loss.policy, sum.value += loss.value, sum.entropy += loss.entropy;
      ++updates;
    });
    // 3. Play goes on with the new weights of the encoder.
    RefreshTracker();
    return {{"policy_loss", sum.policy / updates},
            {"value_loss", sum.value / updates},
            {"entropy", sum.entropy / updates},
            {"value", targets.mean_value},
            {"gradient_variance", spread.Variance()}};
  }

 private:
  PolicyLoss Loss(const SessionBatch& part, const Targets& targets, const torch::Tensor& rows) {
    const Output now = Forward(part);
    const PolicyTargets aims = targets.Of(rows, part.steps());
    // Advantages of the whole minibatch, of which ranks have a part each.
    const WholeMinibatch whole{AdvantagesOf(WholeTargets(targets), WholeValid()), WholeValid()};
    const torch::Tensor advantage = whole.valid.defined() ? OwnRows(whole.advantage, part.steps())
                                                          : AdvantagesOf(aims, part.valid);
    return ComputePolicyLoss({.log_density = now.policy.log_density,
                              .advantage = advantage,
                              .value = now.value.narrow(1, 0, part.steps()),
                              .target = aims.returns,
                              .entropy = now.policy.entropy,
                              .valid = part.valid,
                              .whole = whole},
                             {.standardise = config_.standardise && config_.baseline != "none",
                              .value_weight = value_weight(),
                              .entropy_weight = config_.common.entropy_weight});
  }

  // G_t - b_t of equation (2), where `valid` is 1; undefined of undefined targets.
  torch::Tensor AdvantagesOf(const PolicyTargets& aims, const torch::Tensor& valid) const {
    if (!valid.defined() || config_.baseline == "value") return aims.advantage;
    const torch::Tensor& returns = aims.returns;
    if (config_.baseline == "mean") return returns - (returns * valid).sum() / valid.sum();
    if (config_.standardise) return returns / (MeanOver(returns.square(), valid).sqrt() + 1e-8);
    return returns;
  }

  const ReinforceConfig config_;
};

}  // namespace

std::unique_ptr<Agent> MakeReinforce(const AgentContext& context, const LearnerConfig& learner,
                                     const ReinforceConfig& config) {
  return std::make_unique<Reinforce>(context, learner, config);
}

}  // namespace lerl
