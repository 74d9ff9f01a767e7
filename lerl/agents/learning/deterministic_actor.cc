#include "lerl/agents/learning/deterministic_actor.h"

#include <algorithm>

#include "lerl/agents/learning/n_step.h"
#include "lerl/base/error.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

std::vector<torch::Tensor> ParametersOf(const std::vector<Mlp>& modules) {
  std::vector<torch::Tensor> all;
  for (const auto& module : modules)
    for (const torch::Tensor& p : module->parameters()) all.push_back(p);
  return all;
}

// A tensor filled with draws of one stream, in order.
template <typename Draw>
torch::Tensor Draws(torch::IntArrayRef shape, Draw draw) {
  torch::Tensor out = torch::empty(shape);
  std::generate_n(out.data_ptr<float>(), out.numel(), [&] { return static_cast<float>(draw()); });
  return out;
}

torch::Tensor Normals(Rng& rng, torch::IntArrayRef shape) {
  return Draws(shape, [&rng] { return rng.Normal(); });
}

torch::Tensor Uniforms(Rng& rng, torch::IntArrayRef shape) {
  return Draws(shape, [&rng] { return rng.Uniform(); });
}

}  // namespace

DeterministicActor::DeterministicActor(std::string name, const AgentContext& context,
                                       const LearnerConfig& learner, const ReplayConfig& config,
                                       const Variant& variant, bool masked)
    : ReplayAgent(std::move(name), context, learner, config, masked), variant_(variant) {
  if (config.n_step > 1 && variant.bootstrap == Bootstrap::kWhenLeft)
    throw Error(ErrorKind::kConfig,
                "agent." + this->name() + ".n_step = " + std::to_string(config.n_step) +
                    ": with published_bootstrap nothing counts after a step inside a session; set "
                    "n_step = 1, or published_bootstrap = false");
  const int64_t hidden = learner.policy.hidden, width = item_width();
  actor_ = Mlp(state_width(), hidden, width, /*bounded=*/true);
  target_actor_ = Mlp(state_width(), hidden, width, /*bounded=*/true);
  Own("actor", actor_.ptr());
  Own("target_actor", target_actor_.ptr());
  SilenceContext(actor_, encoded_width());
  std::vector<torch::Tensor> critic_side, actor_side = actor_->parameters();
  for (const torch::Tensor& p : encoder()->parameters())
    (variant.encoder_follows_actor ? actor_side : critic_side).push_back(p);
  for (int k = 0; k < variant.critics; ++k) {
    critics_.push_back(Mlp(state_width() + width, hidden, 1));
    target_critics_.push_back(Mlp(state_width() + width, hidden, 1));
    Own("critic" + std::to_string(k), critics_.back().ptr());
    Own("target_critic" + std::to_string(k), target_critics_.back().ptr());
    target_critics_.back()->Follow(*critics_.back(), 1);
  }
  target_actor_->Follow(*actor_, 1);
  for (const torch::Tensor& p : ParametersOf(critics_)) critic_side.push_back(p);
  critic_adam_ = &Optimise("critic", std::move(critic_side), config.critic_rate);
  actor_adam_ = &Optimise("actor", std::move(actor_side), config.actor_rate);
}

void DeterministicActor::AddToActor(const std::vector<torch::Tensor>& parameters) {
  actor_adam_->Add(parameters);
}

torch::Tensor DeterministicActor::Explore(const torch::Tensor& z, const Observation& seen) const {
  Rng rng(seen.seed, "actor explores", static_cast<uint64_t>(seen.step));
  const double sigma = replay_config().explore_sigma * exploration_factor();
  return z + sigma * (variant_.uniform_noise ? Uniforms(rng, z.sizes()) : Normals(rng, z.sizes()));
}

void DeterministicActor::Decide(const torch::Tensor& states,
                                std::span<const Observation> observations, bool explore,
                                std::span<float> scores, std::span<float> actions) {
  torch::Tensor z = actor_->forward(states);
  for (size_t n = 0; explore && n < observations.size(); ++n)
    z[static_cast<int64_t>(n)] = Explore(z[static_cast<int64_t>(n)], observations[n]);
  CopyTo(z, actions);
  if (!scores.empty()) CopyTo(torch::matmul(z, Vectors().t()), scores);
}

// Critics and target copies are for learning from a replay alone, and stay as they are.
SlateScores DeterministicActor::ScoreSlates(const SessionBatch& batch) {
  const torch::Tensor states = States(batch).narrow(1, 0, batch.steps());
  return {.scores = torch::matmul(actor_->forward(states), Vectors().t())};
}

std::vector<torch::Tensor> DeterministicActor::SlateParameters() {
  std::vector<torch::Tensor> all = actor_adam_->parameters();
  for (const torch::Tensor& p : encoder()->parameters())
    if (!variant_.encoder_follows_actor) all.push_back(p);
  return all;
}

torch::Tensor DeterministicActor::Smoothed(const torch::Tensor& z) {
  if (variant_.target_noise == 0) return z;
  const double sigma = variant_.target_noise, most = variant_.target_noise_clip;
  const auto draw = [&] { return std::clamp(sigma * rng_.Normal(), -most, most); };
  return (z + Draws(z.sizes(), draw)).clamp(-1, 1);
}

// The targets y [B, T], equation (2) of the header, from states [B, T + 1, S].
torch::Tensor DeterministicActor::Targets(const SessionBatch& batch, const torch::Tensor& states) {
  const torch::NoGradGuard no_grad;
  // 1. The target actor's virtual item in the next state, smoothed by clipped noise.
  const torch::Tensor next = states.narrow(1, 1, batch.steps());
  const torch::Tensor z = Smoothed(target_actor_->forward(next));
  // 2. Its value: the smallest of the target critics'.
  const torch::Tensor judged = torch::cat({next, z}, -1);
  torch::Tensor y = target_critics_[0]->forward(judged).squeeze(-1);
  for (size_t k = 1; k < target_critics_.size(); ++k)
    y = torch::min(y, target_critics_[k]->forward(judged).squeeze(-1));
  // 3. How much of what comes after a step counts: it depends on whether the user left.
  const auto gamma = static_cast<float>(replay_config().gamma);
  const auto discount = [this, gamma](float on) {
    switch (variant_.bootstrap) {
      case Bootstrap::kWhenLeft:
        return on == 0 ? gamma : 0;
      case Bootstrap::kUndiscounted:
        return on == 0 ? gamma : on;
      default:
        return gamma * on;
    }
  };
  const torch::Tensor rewards = batch.rewards.contiguous();
  const torch::Tensor discounts = batch.goes_on.clone().contiguous();
  float* const d = discounts.data_ptr<float>();
  std::transform(d, d + discounts.numel(), d, discount);
  // 4. The reward plus the discounted value; with n_step above 1 further rewards come between.
  y = NStepValues(rewards, discounts, batch.valid, y, replay_config().n_step).contiguous();
  float* value = y.data_ptr<float>();
  for (int64_t i = 0; i < y.numel(); ++i) value[i] = rewards.data_ptr<float>()[i] + d[i] * value[i];
  return y;
}

torch::Tensor DeterministicActor::CriticLoss(const SessionBatch& batch, const torch::Tensor& states,
                                             const torch::Tensor& at, double* q) {
  const torch::Tensor y = Targets(batch, states);
  torch::Tensor loss;
  for (const torch::Tensor& played : Played(batch)) {
    const torch::Tensor judged = torch::cat({at, played}, -1);
    for (size_t k = 0; k < critics_.size(); ++k) {
      const torch::Tensor value = critics_[k]->forward(judged).squeeze(-1);
      const torch::Tensor error = CriticError(value, y, batch.valid);
      if (k == 0) *q = MeanOver(value.detach(), batch.valid).item<double>();
      loss = loss.defined() ? loss + error : error;
    }
  }
  return loss;
}

void DeterministicActor::ActorStep(const SessionBatch& batch, const torch::Tensor& states,
                                   UpdateStats& stats) {
  const torch::Tensor at = variant_.encoder_follows_actor ? states : states.detach();
  const torch::Tensor z = actor_->forward(at);
  // L_pi, equation (4): the gradient passes through the critic to z; the critic itself gets none.
  const torch::Tensor value = critics_[0]->Frozen(torch::cat({at, z}, -1)).squeeze(-1);
  const torch::Tensor loss = -MeanOver(value, batch.valid);
  stats.emplace_back("actor_loss", loss.item<double>());
  const torch::Tensor more = MoreActorLoss(batch, at, z, stats);
  Step(*actor_adam_, more.defined() ? loss + more : loss, replay_config().max_gradient);
}

UpdateStats DeterministicActor::Learn(const SessionBatch& batch) {
  // 1. States, encoded anew; targets and L_Q, equations (2) and (3); a step of critics and encoder.
  const torch::Tensor states = States(batch), at = states.narrow(1, 0, batch.steps());
  double q = 0;
  const torch::Tensor loss = CriticLoss(batch, states, CriticStates(batch, at), &q);
  Step(*critic_adam_, loss, replay_config().max_gradient);
  UpdateStats stats = {{"critic_loss", loss.item<double>()}, {"q", q}};
  // 2. At every actor_every-th step, a step of the actor on L_pi, equation (4).
  const bool acts = ++updates_ % variant_.actor_every == 0;
  if (acts) ActorStep(batch, at, stats);
  // 3. The target copies follow: soft ones with the actor, hard ones when their step has come.
  const double rate = TargetRate(*critic_adam_);
  if (acts || replay_config().target_every > 0) FollowTargets(rate, rate);
  return stats;
}

void DeterministicActor::FollowTargets(double actor_rate, double critic_rate) {
  target_actor_->Follow(*actor_, actor_rate);
  for (size_t k = 0; k < critics_.size(); ++k)
    target_critics_[k]->Follow(*critics_[k], critic_rate);
}

torch::Tensor DeterministicActor::Supervision(const SessionBatch& batch, const torch::Tensor& z) {
  const torch::Tensor shown =
      Vectors()
          .index_select(0, batch.items.flatten())
          .view({batch.sessions(), batch.steps(), batch.items.size(2), item_width()});
  const torch::Tensor logits = (shown * z.unsqueeze(2)).sum(-1);  // [B, T, K]
  return torch::binary_cross_entropy_with_logits(logits, batch.responses, {}, {},
                                                 at::Reduction::None)
      .mean(-1);
}

// One step of actor, critics and state encoder at once; the encoder learns from both losses.
double DeterministicActor::LearnFromLogs(const SessionBatch& batch) {
  const torch::Tensor states = States(batch), at = states.narrow(1, 0, batch.steps());
  // 1. The actor imitates: its virtual item is to foretell the responses of the next chunk.
  const torch::Tensor imitation = MeanOver(Supervision(batch, actor_->forward(at)), batch.valid);
  double q = 0;
  // 2. One gradient of L_Q and imitation; the critics' and the actor's optimisers each take a step.
  actor_adam_->ClearGradients();
  Step(*critic_adam_, CriticLoss(batch, states, at, &q) + imitation, replay_config().max_gradient);
  Apply(*actor_adam_);
  // 3. The target actor becomes the actor; the target critics follow at their rate.
  FollowTargets(1, TargetRate(*critic_adam_));
  return imitation.item<double>();
}

void DeterministicActor::Save(TensorFile& file) const {
  ReplayAgent::Save(file);
  file.arrays["agent.updates"] = Array::Of(std::vector<int64_t>{updates_});
}

void DeterministicActor::Load(const TensorFile& file) {
  ReplayAgent::Load(file);
  updates_ = ReadValue<int64_t>(file.arrays, "agent.updates", {0});
}

}  // namespace lerl
