#include "lerl/agents/learning/double_q.h"

#include "lerl/agents/learning/exploration.h"
#include "lerl/agents/learning/n_step.h"
#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {

DoubleQ::DoubleQ(std::string name, const AgentContext& context, const LearnerConfig& learner,
                 const DoubleQConfig& config)
    : ReplayAgent(std::move(name), context, learner, config.replay, /*masked=*/true),
      config_(config),
      values_(items(), state_width(), learner.policy.hidden),
      target_(items(), state_width(), learner.policy.hidden) {
  Own("values", values_.ptr());
  Own("target", target_.ptr());
  values_->Silence(encoded_width());
  target_->Follow(*values_, 1);
  std::vector<torch::Tensor> all = encoder()->parameters();
  for (const torch::Tensor& p : values_->parameters()) all.push_back(p);
  adam_ = &Optimise("all", std::move(all), config.replay.critic_rate);
}

void DoubleQ::Decide(const torch::Tensor& states, std::span<const Observation> observations,
                     bool explore, std::span<float> scores, std::span<float>) {
  CopyTo(values_->forward(states), scores);
  const auto items = At(dataset_.num_items());
  for (size_t n = 0; n < observations.size(); ++n)
    Choose(observations[n], explore, scores.subspan(n * items, items));
}

void DoubleQ::Choose(const Observation& seen, bool explore, std::span<float> values) {
  if (explore) ExploreSlots(dataset_, seen, slate_, epsilon(), values);
}

// The mean of Q' over A*, equations (2) and (3) of agents/dqn.h: [B, T].
torch::Tensor DoubleQ::NextValue(const SessionBatch& batch, const torch::Tensor& q_next,
                                 const torch::Tensor& next) {
  const torch::Tensor allowed =
      batch.allowed.defined() ? batch.allowed.narrow(1, 1, batch.steps()) : torch::Tensor();
  const torch::Tensor slate =
      std::get<1>(MaskValues(q_next, allowed).topk(batch.items.size(-1), -1));
  return target_->forward(next).gather(-1, slate).mean(-1);
}

UpdateStats DoubleQ::Learn(const SessionBatch& batch) {
  const int64_t steps = batch.steps();
  // 1. States, encoded anew, and the values of all items in them, equation (1) of agents/dqn.h.
  const torch::Tensor states = States(batch);
  const torch::Tensor q = values_->forward(states);  // [B, T + 1, I]
  // 2. Targets: Q chooses the next slate, the copy Q' values it, equations (2) and (3). With n_step
  // above 1 the rewards of the slates between come first.
  torch::Tensor y;  // [B, T, K]
  {
    const torch::NoGradGuard no_grad;
    const torch::Tensor credit = Credit(batch), discount = config_.replay.gamma * batch.goes_on;
    const torch::Tensor next = NStepValues(
        credit.mean(-1), discount, batch.valid,
        NextValue(batch, q.detach().narrow(1, 1, steps), states.detach().narrow(1, 1, steps)),
        config_.replay.n_step);
    y = credit + (discount * next).unsqueeze(-1);
  }
  // 3. The squared error at the shown items, equation (4), and one step of Adam.
  const torch::Tensor shown = q.narrow(1, 0, steps).gather(-1, batch.items);
  const torch::Tensor loss = CriticError(shown, y, batch.valid);
  Step(*adam_, loss, config_.replay.max_gradient);
  // 4. The copy follows.
  target_->Follow(*values_, TargetRate(*adam_));
  return {{"critic_loss", loss.item<double>()},
          {"q", MeanOver(shown.detach().mean(-1), batch.valid).item<double>()}};
}

}  // namespace lerl
