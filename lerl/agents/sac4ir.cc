#include "lerl/agents/sac4ir.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lerl/agents/items/item_statistics.h"
#include "lerl/agents/learning/exploration.h"
#include "lerl/agents/learning/item_values.h"
#include "lerl/agents/learning/n_step.h"
#include "lerl/agents/learning/replay_agent.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

// Debiasing: what the popularity of shown items changes of their reward, R_k - r_k in the header.
class Debiasing {
 public:
  Debiasing(const AgentContext& context, const Sac4irConfig& config) : reward_(config.reward) {
    const ItemStatistics statistics(context.dataset, context.split);
    const std::span<const float> popularity = statistics.popularity();
    popularity_ = FromSpan(popularity, {std::ssize(popularity)});
    // The median of an even number of items is the upper one of the two in the middle.
    const torch::Tensor sorted = std::get<0>(popularity_.sort());
    const torch::Tensor median = sorted[sorted.size(0) / 2];
    factor_ = torch::where(popularity_ > median, (median / popularity_).pow(config.eta), 1.0f);
  }

  // R_k - r_k of what a batch showed, float [B, T, K].
  torch::Tensor operator()(const SessionBatch& batch) const {
    const auto of = [&batch](const torch::Tensor& t) {
      return t.index_select(0, batch.items.flatten()).view_as(batch.items);
    };
    if (reward_ == "bonus")
      return (0.1 / ((of(popularity_).mean(-1, /*keepdim=*/true) + 1.1).log() + 1))
          .expand_as(batch.items);
    if (reward_ == "item_bonus") return 0.1 / (of(popularity_) + 1.1).log();
    if (reward_ == "damped") return (of(factor_) - 1) * batch.credit;
    return torch::zeros_like(batch.credit);
  }

 private:
  const std::string reward_;
  torch::Tensor popularity_, factor_;  // [I]
};

class TemperatureImpl : public torch::nn::Module {
 public:
  TemperatureImpl() { log_alpha = register_parameter("log_alpha", torch::zeros({1})); }
  torch::Tensor log_alpha;
};
TORCH_MODULE(Temperature);

class Sac4ir : public ReplayAgent {
 public:
  Sac4ir(const AgentContext& context, const LearnerConfig& learner, const Sac4irConfig& config)
      : ReplayAgent("sac4ir", context, learner, config.replay, /*masked=*/true),
        config_(config),
        debiasing_(context, config),
        policy_(Values(learner)),
        critics_{Values(learner), Values(learner)},
        targets_{Values(learner), Values(learner)} {
    Own("policy", policy_.ptr());
    policy_->Silence(encoded_width());
    std::vector<torch::Tensor> critic_side = encoder()->parameters();
    for (size_t n = 0; n < critics_.size(); ++n) {
      Own("critic" + std::to_string(n), critics_[n].ptr());
      Own("target_critic" + std::to_string(n), targets_[n].ptr());
      critics_[n]->Silence(encoded_width());
      targets_[n]->Follow(*critics_[n], 1);
      for (const torch::Tensor& p : critics_[n]->parameters()) critic_side.push_back(p);
    }
    Own("temperature", temperature_.ptr());
    const torch::NoGradGuard no_grad;
    temperature_->log_alpha.fill_(std::log(config.alpha));
    critic_adam_ = &Optimise("critic", std::move(critic_side), config.replay.critic_rate);
    policy_adam_ = &Optimise("policy", policy_->parameters(), config.replay.actor_rate);
    alpha_adam_ = &Optimise("temperature", temperature_->parameters(), config.alpha_rate);
  }

 protected:
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float>) override {
    CopyTo(Logits(states), scores);
    if (explore) AddGumbelNoise(observations, scores);
  }

  UpdateStats Learn(const SessionBatch& batch) override {
    const int64_t steps = batch.steps();
    // 1. States, encoded anew; the targets y_k from the next ones, equations (2) and (3).
    const torch::Tensor states = States(batch), fixed = states.detach();
    const torch::Tensor at = states.narrow(1, 0, steps);
    const torch::Tensor y = Targets(batch, fixed.narrow(1, 1, steps));
    // 2. L_Q over both critics, equation (4).
    std::vector<torch::Tensor> q;  // [B, T, I]
    torch::Tensor critic_loss = torch::zeros({});
    for (ItemValues& critic : critics_) {
      q.push_back(critic->forward(at));
      critic_loss = critic_loss + CriticError(q.back().gather(-1, batch.items), y, batch.valid);
    }
    // 3. A step of critics and state encoder. The policy is judged by the values before it.
    const torch::Tensor shown = q[0].detach().gather(-1, batch.items).mean(-1);
    const torch::Tensor least = torch::min(q[0], q[1]).detach();
    Step(*critic_adam_, critic_loss, config_.replay.max_gradient);
    UpdateStats stats = {{"critic_loss", critic_loss.item<double>()},
                         {"q", MeanOver(shown, batch.valid).item<double>()}};
    stats.emplace_back("debiasing",
                       MeanOver(debiasing_(batch).mean(-1), batch.valid).item<double>());
    // 4. A step of the policy and one of the temperature.
    PolicyStep(batch, fixed.narrow(1, 0, steps), least, stats);
    // 5. The target critics follow.
    for (size_t n = 0; n < critics_.size(); ++n)
      targets_[n]->Follow(*critics_[n], TargetRate(*critic_adam_));
    return stats;
  }

 private:
  ItemValues Values(const LearnerConfig& learner) const {
    return ItemValues(items(), state_width(), learner.policy.hidden);
  }
  double alpha() const { return std::exp(temperature_->log_alpha.item<double>()); }

  torch::Tensor Logits(const torch::Tensor& states) {
    const torch::Tensor logits = policy_->forward(states);
    if (!config_.published_logits) return logits;
    const torch::Tensor low = logits.amin(-1, true), high = logits.amax(-1, true);
    return 2 * (logits - low) / (high - low).clamp_min(1e-6) - 1;
  }

  struct Policy {
    torch::Tensor p, log_p;  // [B, T, I]; 0 outside the mask
    torch::Tensor entropy() const { return -(p * log_p).sum(-1); }
  };
  // The policy at states [B, T, S], with the masks of the T steps from `first` on; equation (1).
  Policy PolicyAt(const SessionBatch& batch, const torch::Tensor& states, int64_t first) {
    const torch::Tensor allowed = Allowed(batch, first);
    torch::Tensor log_p = torch::log_softmax(MaskValues(Logits(states), allowed), -1);
    if (!allowed.defined()) return {log_p.exp(), log_p};
    // Steps after a session's end have an empty mask; nothing is learned from them.
    const torch::Tensor outside = allowed.logical_not();
    return {log_p.exp().masked_fill(outside, 0), log_p.masked_fill(outside, 0)};
  }
  static torch::Tensor Allowed(const SessionBatch& batch, int64_t first) {
    return batch.allowed.defined() ? batch.allowed.narrow(1, first, batch.steps())
                                   : torch::Tensor();
  }

  // The targets y_k [B, T, K], equation (3), from the next states [B, T, S].
  torch::Tensor Targets(const SessionBatch& batch, const torch::Tensor& next) {
    const torch::NoGradGuard no_grad;
    // V(s') of equation (2), from the target critics and the policy as it is now.
    const Policy policy = PolicyAt(batch, next, 1);
    const torch::Tensor least = torch::min(targets_[0]->forward(next), targets_[1]->forward(next));
    const torch::Tensor value = (policy.p * (least - alpha() * policy.log_p)).sum(-1);
    // Equation (3), after n_step rewards.
    const torch::Tensor credit = ItemRewards(batch) + debiasing_(batch),
                        discount = config_.replay.gamma * batch.goes_on;
    const torch::Tensor ahead = NStepValues(SoftRewards(batch, credit.mean(-1), policy.log_p),
                                            discount, batch.valid, value, config_.replay.n_step);
    return credit + (discount * ahead).unsqueeze(-1);
  }

  // The rewards [B, T] that stand between a step and the value n steps later: `rewards` plus the
  // entropy of the slate that was shown, as one draw of each of its items. Reads log pi(. | s_t+1)
  // [B, T, I]. The first step's entropy is in no target, and is left out.
  torch::Tensor SoftRewards(const SessionBatch& batch, const torch::Tensor& rewards,
                            const torch::Tensor& next_log_p) const {
    const int64_t later = batch.steps() - 1;
    if (config_.replay.n_step == 1 || later < 1) return rewards;
    const torch::Tensor log_p =
        next_log_p.narrow(1, 0, later).gather(-1, batch.items.narrow(1, 1, later)).mean(-1);
    return rewards - alpha() * torch::constant_pad_nd(log_p, {1, 0});
  }

  // H_0 of each step [B, T], equation (6).
  torch::Tensor EntropyTarget(const SessionBatch& batch) const {
    const torch::Tensor allowed = Allowed(batch, 0);
    const torch::Tensor count =
        allowed.defined()
            ? allowed.sum(-1).clamp_min(1).to(torch::kFloat)
            : torch::full_like(batch.valid, static_cast<double>(dataset_.num_items()));
    return config_.rho * count.log();
  }

  // One step of policy and temperature at states [B, T, S], where items have `values` [B, T, I].
  void PolicyStep(const SessionBatch& batch, const torch::Tensor& states,
                  const torch::Tensor& values, UpdateStats& stats) {
    // L_pi, equation (5).
    const Policy policy = PolicyAt(batch, states, 0);
    const torch::Tensor loss =
        MeanOver((policy.p * (alpha() * policy.log_p - values)).sum(-1), batch.valid);
    Step(*policy_adam_, loss, config_.replay.max_gradient);
    // L_alpha, equation (6); the published code has the opposite sign.
    const torch::Tensor entropy = policy.entropy().detach(), target = EntropyTarget(batch);
    const torch::Tensor excess = MeanOver(entropy - target, batch.valid);
    Step(*alpha_adam_,
         (config_.published_temperature ? -1 : 1) * (temperature_->log_alpha * excess).sum(),
         config_.replay.max_gradient);
    stats.emplace_back("policy_loss", loss.item<double>());
    stats.emplace_back("entropy", MeanOver(entropy, batch.valid).item<double>());
    stats.emplace_back("entropy_target", MeanOver(target, batch.valid).item<double>());
    stats.emplace_back("alpha", alpha());
  }

  const Sac4irConfig config_;
  const Debiasing debiasing_;
  ItemValues policy_;
  std::array<ItemValues, 2> critics_, targets_;
  Temperature temperature_;
  Adam* critic_adam_ = nullptr;
  Adam* policy_adam_ = nullptr;
  Adam* alpha_adam_ = nullptr;
};

}  // namespace

std::unique_ptr<Agent> MakeSac4ir(const AgentContext& context, const LearnerConfig& learner,
                                  const Sac4irConfig& config) {
  return std::make_unique<Sac4ir>(context, learner, config);
}

}  // namespace lerl
