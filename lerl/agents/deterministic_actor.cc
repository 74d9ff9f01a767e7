#include "lerl/agents/deterministic_actor.h"

#include <cmath>

#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

torch::Tensor MeanOver(const torch::Tensor& x, const torch::Tensor& valid) {
  return (x * valid).sum() / valid.sum().clamp_min(1);
}

std::vector<torch::Tensor> ParametersOf(const std::vector<torch::nn::Sequential>& modules) {
  std::vector<torch::Tensor> all;
  for (const auto& module : modules)
    for (const torch::Tensor& p : module->parameters()) all.push_back(p);
  return all;
}

// Normal draws of the agent's own stream.
torch::Tensor Normals(Rng& rng, torch::IntArrayRef shape) {
  torch::Tensor out = torch::empty(shape);
  float* values = out.data_ptr<float>();
  for (int64_t i = 0; i < out.numel(); ++i) values[i] = static_cast<float>(rng.Normal());
  return out;
}

}  // namespace

DeterministicActor::DeterministicActor(std::string name, const AgentContext& context,
                                       const LearnerConfig& learner, const ReplayConfig& config,
                                       const Variant& variant)
    : SessionLearner(std::move(name), context, learner.state),
      learner_(learner),
      config_(config),
      variant_(variant),
      replay_(config.sessions) {
  const int64_t hidden = learner.policy.hidden, width = item_width();
  actor_ = Mlp(state_width(), hidden, width);
  target_actor_ = Mlp(state_width(), hidden, width);
  Own("actor", actor_.ptr());
  Own("target_actor", target_actor_.ptr());
  SilenceContext(actor_, encoded_width());
  SoftCopy(*actor_, *target_actor_, 1);
  std::vector<torch::Tensor> critic_side = encoder()->parameters();
  for (int k = 0; k < variant.critics; ++k) {
    critics_.push_back(Mlp(state_width() + width, hidden, 1));
    target_critics_.push_back(Mlp(state_width() + width, hidden, 1));
    Own("critic" + std::to_string(k), critics_.back().ptr());
    Own("target_critic" + std::to_string(k), target_critics_.back().ptr());
    SoftCopy(*critics_.back(), *target_critics_.back(), 1);
  }
  for (const torch::Tensor& p : ParametersOf(critics_)) critic_side.push_back(p);
  critic_adam_ = &Optimise("critic", std::move(critic_side), config.critic_rate);
  actor_adam_ = &Optimise("actor", actor_->parameters(), config.actor_rate);
}

void DeterministicActor::Decide(const torch::Tensor& states,
                                std::span<const Observation> observations, bool explore,
                                std::span<float> scores, std::span<float> actions) {
  torch::Tensor z = Actor(states);
  if (explore) {
    for (size_t n = 0; n < observations.size(); ++n) {
      Rng rng(observations[n].seed, "actor explores", static_cast<uint64_t>(observations[n].step));
      z[static_cast<int64_t>(n)] += config_.explore_sigma * Normals(rng, {z.size(1)});
    }
  }
  CopyTo(z, actions);
  CopyTo(torch::matmul(z, items().t()), scores);
}

torch::Tensor DeterministicActor::Value(torch::nn::Sequential& critic, const torch::Tensor& states,
                                        const torch::Tensor& z) {
  return critic->forward(torch::cat({states, z}, -1)).squeeze(-1);
}

// y [B, T] from states [B, T + 1, S].
torch::Tensor DeterministicActor::Targets(const SessionBatch& batch, const torch::Tensor& states) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor next = states.narrow(1, 1, batch.steps()).detach();
  torch::Tensor z = target_actor_->forward(next);
  if (variant_.target_noise > 0)
    z = z + (variant_.target_noise * Normals(rng_, z.sizes()))
                .clamp(-variant_.target_noise_clip, variant_.target_noise_clip);
  torch::Tensor least = Value(target_critics_[0], next, z);
  for (size_t k = 1; k < target_critics_.size(); ++k)
    least = torch::min(least, Value(target_critics_[k], next, z));
  return batch.rewards + config_.gamma * batch.goes_on * least;
}

DeterministicActor::Losses DeterministicActor::CriticLoss(const SessionBatch& batch,
                                                          const torch::Tensor& states) {
  const torch::Tensor y = Targets(batch, states);
  const torch::Tensor at = states.narrow(1, 0, batch.steps());
  Losses out{torch::zeros({}), 0};
  for (size_t k = 0; k < critics_.size(); ++k) {
    const torch::Tensor q = Value(critics_[k], at, batch.actions);
    out.critic = out.critic + MeanOver((q - y).square(), batch.valid);
    if (k == 0) out.q = MeanOver(q.detach(), batch.valid).item<double>();
  }
  return out;
}

double DeterministicActor::ActorStep(const SessionBatch& batch, const torch::Tensor& states) {
  const torch::Tensor at = states.narrow(1, 0, batch.steps()).detach();
  const torch::Tensor z = Actor(at);
  const torch::Tensor loss = -MeanOver(Value(critics_[0], at, z), batch.valid);
  Step(*actor_adam_, loss, config_.max_gradient);
  return loss.item<double>();
}

UpdateStats DeterministicActor::Update(const SessionLog& log) {
  replay_.Add(log);
  const auto steps = static_cast<int64_t>(std::ceil(
      config_.passes * static_cast<double>(log.sessions) / static_cast<double>(config_.minibatch)));
  double critic = 0, actor = 0, q = 0, actor_steps = 0;
  for (int64_t i = 0; i < steps; ++i) {
    const SessionBatch batch = MakeSessionBatch(tokens(), replay_.Sample(config_.minibatch, rng_));
    const torch::Tensor states = States(batch);
    const Losses losses = CriticLoss(batch, states);
    Step(*critic_adam_, losses.critic, config_.max_gradient);
    critic += losses.critic.item<double>(), q += losses.q;
    if (++updates_ % variant_.actor_every != 0) continue;
    actor += ActorStep(batch, states), ++actor_steps;
    SoftCopy(*actor_, *target_actor_, config_.tau);
    for (size_t k = 0; k < critics_.size(); ++k)
      SoftCopy(*critics_[k], *target_critics_[k], config_.tau);
  }
  RefreshTracker();
  const double n = std::max<double>(1, static_cast<double>(steps));
  return {{"critic_loss", critic / n},
          {"actor_loss", actor / std::max(1.0, actor_steps)},
          {"q", q / n}};
}

torch::Tensor DeterministicActor::WarmStartActorLoss(const SessionBatch& batch,
                                                     const torch::Tensor& states) {
  const torch::Tensor z = Actor(states.narrow(1, 0, batch.steps()));  // [B, T, A]
  const torch::Tensor shown =
      items()
          .index_select(0, batch.items.flatten())
          .view({batch.sessions(), batch.steps(), batch.items.size(2), item_width()});
  const torch::Tensor logits = (shown * z.unsqueeze(2)).sum(-1);  // [B, T, K]
  const torch::Tensor each =
      torch::binary_cross_entropy_with_logits(logits, batch.responses, {}, {}, at::Reduction::None);
  return MeanOver(each.mean(-1), batch.valid);
}

// One step of everything on the logs: the encoder learns from both losses.
UpdateStats DeterministicActor::WarmStart() {
  double first = 0, last = 0;
  for (int64_t i = 0; i < learner_.warm_start.steps; ++i) {
    const SessionBatch batch =
        MakeLoggedBatch(tokens(), DrawTrainUsers(learner_.warm_start.batch), item_vectors());
    if (batch.valid.sum().item<double>() == 0) continue;
    const torch::Tensor states = States(batch);
    const torch::Tensor imitation = WarmStartActorLoss(batch, states);
    actor_adam_->zero_grad();
    Step(*critic_adam_, CriticLoss(batch, states).critic + imitation, config_.max_gradient);
    actor_adam_->step();
    SoftCopy(*actor_, *target_actor_, 1);
    for (size_t k = 0; k < critics_.size(); ++k)
      SoftCopy(*critics_[k], *target_critics_[k], config_.tau);
    last = imitation.item<double>();
    if (i == 0) first = last;
  }
  RefreshTracker();
  return {{"warm_start_first_loss", first}, {"warm_start_last_loss", last}};
}

void DeterministicActor::Save(TensorFile& file) const {
  SessionLearner::Save(file);
  replay_.Save("agent.replay.", file.arrays);
  file.arrays["agent.updates"] = Array::Of(std::vector<int64_t>{updates_});
}

void DeterministicActor::Load(const TensorFile& file) {
  SessionLearner::Load(file);
  replay_.Load("agent.replay.", file.arrays);
  updates_ = file.at("agent.updates").Values<int64_t>().at(0);
}

}  // namespace lerl
