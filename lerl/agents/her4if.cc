#include "lerl/agents/her4if.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "lerl/agents/items/item_groups.h"
#include "lerl/agents/learning/advantages.h"
#include "lerl/agents/learning/learning_agent.h"
#include "lerl/agents/learning/orthogonal.h"
#include "lerl/agents/learning/policy_head.h"
#include "lerl/agents/learning/policy_targets.h"
#include "lerl/agents/learning/ppo_loss.h"
#include "lerl/agents/learning/update_figures.h"
#include "lerl/agents/learning/value_head.h"
#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/mean_over.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

// Log density of w under N(mean, sigma^2), summed over the last axis.
torch::Tensor GaussianDensity(const torch::Tensor& w, const torch::Tensor& mean, double sigma) {
  const double constant = std::log(sigma) + 0.5 * std::log(2 * std::numbers::pi);
  return (-0.5 * ((w - mean) / sigma).square() - constant).sum(-1);
}

class Her4if : public LearningAgent {
 public:
  Her4if(const AgentContext& context, const LearnerConfig& learner, const Her4ifConfig& config);

  int action_width() const override {
    return static_cast<int>(groups_.count + low_->action_width());
  }
  void Prepare(int slots) override;
  void Start(int slot, int32_t user) override;
  void Observe(std::span<const Shown> shown) override;
  UpdateStats WarmStart() override;
  void SetProgress(double progress) override;
  UpdateStats Update(const SessionLog& log) override;
  UpdateStats Diagnostics() const override { return diagnostics_; }
  void Save(TensorFile& file) const override {
    LearningAgent::Save(file);
    high_critic_.Save("agent.high_returns", file.arrays);
    low_critic_.Save("agent.low_returns", file.arrays);
  }
  void Load(const TensorFile& file) override {
    LearningAgent::Load(file);
    high_critic_.Load("agent.high_returns", file.arrays);
    low_critic_.Load("agent.low_returns", file.arrays);
  }

 protected:
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float> actions) override;

 private:
  // What one level says of a batch: densities of what was done [B, T] and values [B, T + 1].
  struct Output {
    PolicyDensity policy;
    torch::Tensor value;
  };
  struct Levels {
    Output high, low;
  };
  // Sessions that were played, with what the high level saw and earned in them.
  struct Played {
    SessionBatch batch;
    torch::Tensor u;             // float [B, T + 1, G]
    torch::Tensor high_rewards;  // float [B, T]
    torch::Tensor relief;        // float [B, T] factor of the bonus in equation (5)
  };

  int64_t high_width() const { return state_width() + groups_.count; }
  int64_t low_width() const { return high_width() + groups_.count; }
  GroupPreference PreferenceOf(int32_t user) const;
  torch::Tensor Preferences(const SessionBatch& batch, std::vector<GroupPreference> start) const;
  Played MakePlayed(const SessionLog& log) const;

  torch::Tensor Mean(const torch::Tensor& s) {  // of w_t: [.., S + G] -> [.., G]
    return static_cast<double>(groups_.count) * torch::softmax(high_->forward(s), -1);
  }
  torch::Tensor Floored(const torch::Tensor& w) const { return w.clamp_min(config_.floor); }
  torch::Tensor Offset(const torch::Tensor& floored) const {  // [.., G] -> [.., I]
    return torch::matmul(floored, shares_.t()).log();
  }
  torch::Tensor EncodedStates(const SessionBatch& batch) {
    const torch::Tensor states = States(batch);
    return config_.published_states ? states.detach() : states;
  }
  Levels Forward(const SessionBatch& batch, const torch::Tensor& u);
  std::pair<PolicyTargets, PolicyTargets> ComputeTargets(const Played& played);  // high, low
  PpoLoss Loss(const Output& now, const ValueHead& critic, const PolicyTargets& targets,
               const SessionBatch& part) const;
  torch::Tensor WarmStartLoss(const std::vector<int32_t>& users);
  void Descend(const torch::Tensor& loss) {
    Step(*adam_, loss, config_.ppo.common.max_gradient);
    figures_.AddStep(*adam_);
  }

  const LearnerConfig learner_;
  const Her4ifConfig config_;
  const ItemGroups groups_;
  const torch::Tensor shares_, fame_;  // x [I, G], [G]
  Mlp high_{nullptr};
  ValueHead high_critic_, low_critic_;
  PolicyHead low_{nullptr};
  Adam* adam_ = nullptr;
  double clip_;            // eps of this iteration
  UpdateFigures figures_;  // of the newest update: those of the low level, gradients of both
  UpdateStats diagnostics_;
  std::vector<GroupPreference> of_slot_;
};

Her4if::Her4if(const AgentContext& context, const LearnerConfig& learner,
               const Her4ifConfig& config)
    : LearningAgent("her4if", context, learner.state),
      learner_(learner),
      config_(config),
      groups_(MakeItemGroups(context.dataset, context.split, config.groups, config.popular_share)),
      shares_(FromSpan(groups_.shares, {context.dataset.num_items(), groups_.count})),
      fame_(FromSpan(groups_.fame, {groups_.count})),
      high_critic_(high_width(), learner.policy.hidden, config.ppo.common.normalise_returns),
      low_critic_(low_width(), learner.policy.hidden, config.ppo.common.normalise_returns),
      clip_(config.ppo.clip) {
  high_ = Mlp(high_width(), learner.policy.hidden, groups_.count);
  low_ = PolicyHead(learner.policy, items(), low_width());
  Own("high", high_.ptr());
  Own("high_critic", high_critic_.mlp().ptr());
  Own("low", low_.ptr());
  Own("low_critic", low_critic_.mlp().ptr());
  for (Mlp* mlp : {&high_, &high_critic_.mlp(), &low_critic_.mlp()})
    SilenceContext(*mlp, encoded_width());
  low_->Silence(encoded_width());
  if (config.ppo.common.init == "orthogonal") {
    low_->InitialiseOrthogonal(encoded_width(), rng_);
    InitialiseOrthogonal(high_, encoded_width(), kActorGain, rng_);
    InitialiseOrthogonal(high_critic_.mlp(), encoded_width(), kCriticGain, rng_);
    InitialiseOrthogonal(low_critic_.mlp(), encoded_width(), kCriticGain, rng_);
  }
  std::vector<torch::Tensor> all = encoder()->parameters();
  for (const auto& parameters : {high_->parameters(), high_critic_.mlp()->parameters(),
                                 low_->parameters(), low_critic_.mlp()->parameters()})
    all.insert(all.end(), parameters.begin(), parameters.end());
  adam_ = &Optimise("all", std::move(all), config.ppo.common.learning_rate);
}

GroupPreference Her4if::PreferenceOf(int32_t user) const {
  GroupPreference preference(groups_, config_.memory);
  preference.LikePast(dataset_, split_, user);
  return preference;
}

void Her4if::Prepare(int slots) {
  LearningAgent::Prepare(slots);
  of_slot_.assign(At(slots), GroupPreference(groups_, config_.memory));
}

void Her4if::Start(int slot, int32_t user) {
  LearningAgent::Start(slot, user);
  of_slot_[At(slot)] = PreferenceOf(user);
}

void Her4if::Observe(std::span<const Shown> shown) {
  LearningAgent::Observe(shown);
  for (const Shown& now : shown) {
    for (size_t k = 0; k < now.items.size(); ++k)
      if ((now.responses[k] & 1u) != 0) of_slot_[At(now.slot)].Like(now.items[k]);
  }
}

void Her4if::Decide(const torch::Tensor& states, std::span<const Observation> observations,
                    bool explore, std::span<float> scores, std::span<float> actions) {
  const auto n = std::ssize(observations);
  const auto g = At(groups_.count);
  // 1. Preferences u and the noise of the weights, from each session's own stream.
  torch::Tensor u = torch::empty({n, groups_.count}), noise = torch::zeros({n, groups_.count});
  float *u_row = u.data_ptr<float>(), *noise_row = noise.data_ptr<float>();
  for (const Observation& seen : observations) {
    of_slot_[At(seen.slot)].Write({u_row, g});
    Rng rng(seen.seed, "high level explores", static_cast<uint64_t>(seen.step));
    if (explore) std::generate_n(noise_row, g, [&rng] { return static_cast<float>(rng.Normal()); });
    u_row += g, noise_row += g;
  }
  // 2. High level: the weights, equations (1) and (2) of the header.
  const torch::Tensor s = torch::cat({states, u}, -1);
  const torch::Tensor w = Mean(s) + config_.sigma * noise, floored = Floored(w);
  // 3. Low level: scores under these weights, equation (3).
  torch::Tensor low_action = torch::empty({n, low_->action_width()});
  low_->Decide(torch::cat({s, floored}, -1), observations, explore, scores,
               {low_action.data_ptr<float>(), At(low_action.numel())}, Offset(floored));
  CopyTo(torch::cat({w, low_action}, -1), actions);
}

torch::Tensor Her4if::Preferences(const SessionBatch& batch,
                                  std::vector<GroupPreference> start) const {
  const int64_t steps = batch.steps(), slate = batch.items.size(2);
  torch::Tensor u = torch::zeros({batch.sessions(), steps + 1, groups_.count});
  float* row = u.data_ptr<float>();
  const torch::Tensor all_items = batch.items.contiguous(),
                      all_responses = batch.responses.contiguous();
  const int64_t* items = all_items.data_ptr<int64_t>();
  const float* responses = all_responses.data_ptr<float>();
  for (GroupPreference& preference : start) {
    for (int64_t t = 0; t <= steps; ++t, row += groups_.count) {
      preference.Write({row, At(groups_.count)});
      if (t == steps) continue;
      // Past the end of a session all responses are 0, so u stays.
      for (int64_t k = 0; k < slate; ++k, ++items, ++responses)
        if (*responses > 0) preference.Like(static_cast<int32_t>(*items));
    }
  }
  return u;
}

Her4if::Played Her4if::MakePlayed(const SessionLog& log) const {
  // 1. The sessions as a batch, and the preferences u before each step.
  SessionBatch batch = PlayedBatch(log);
  if (low_->draws_items()) batch.allowed = AllowedItems(dataset_, split_, log, batch.steps());
  std::vector<GroupPreference> start;
  for (const int32_t user : log.user) start.push_back(PreferenceOf(user));
  const torch::Tensor u = Preferences(batch, std::move(start));
  // 2. The reward of the high level, equation (5) of the header.
  const torch::Tensor shown = shares_.index_select(0, batch.items.flatten())
                                  .view({batch.sessions(), batch.steps(), -1, groups_.count})
                                  .mean(2);  // X [B, T, G]
  const torch::Tensor relief =
      torch::matmul(shown, 1 - fame_) / (1 + torch::matmul(u.narrow(1, 0, batch.steps()), fame_));
  const torch::Tensor high_rewards = batch.rewards + config_.bonus * relief * batch.valid;
  return {.batch = std::move(batch), .u = u, .high_rewards = high_rewards, .relief = relief};
}

Her4if::Levels Her4if::Forward(const SessionBatch& batch, const torch::Tensor& u) {
  const int64_t steps = batch.steps();
  // 1. State and mean weights, equations (1) and (2) of the header.
  const torch::Tensor s = torch::cat({EncodedStates(batch), u}, -1), mean = Mean(s);
  const torch::Tensor w = batch.actions.narrow(-1, 0, groups_.count);
  // 2. The weights w+ that the low level acted on, equation (2). After the last step none were
  // drawn; there the critic is asked at their mean.
  const torch::Tensor floored = Floored(torch::cat({w, mean.narrow(1, steps, 1).detach()}, 1));
  const torch::Tensor low_states = torch::cat({s, floored}, -1);
  // 3. The low level's part of the actions, and what the weights add to its scores, equation (3).
  SessionBatch low = batch;
  low.actions = batch.actions.narrow(-1, groups_.count, low_->action_width());
  const torch::Tensor offset =
      low_->draws_items() ? Offset(floored.narrow(1, 0, steps)) : torch::Tensor();
  // 4. Densities and values of both levels. The entropy of the weights is constant, as sigma is.
  const torch::Tensor density = GaussianDensity(w, mean.narrow(1, 0, steps), config_.sigma);
  return {.high = {{density, torch::zeros_like(density)}, high_critic_.Values(s)},
          .low = {low_->Density(low_states.narrow(1, 0, steps), low, offset),
                  low_critic_.Values(low_states)}};
}

std::pair<PolicyTargets, PolicyTargets> Her4if::ComputeTargets(const Played& played) {
  const torch::NoGradGuard no_grad;
  figures_ = {};
  const ActorCriticConfig& common = config_.ppo.common;
  const int64_t sessions = played.batch.sessions(), steps = played.batch.steps();
  std::pair both{PolicyTargets::Zeros(sessions, steps), PolicyTargets::Zeros(sessions, steps)};
  for (int64_t begin = 0; begin < sessions; begin += common.minibatch) {
    std::vector<int64_t> rows(At(std::min(common.minibatch, sessions - begin)));
    std::iota(rows.begin(), rows.end(), begin);
    const SessionBatch part = played.batch.Select(rows);
    const auto of_part = [&](const torch::Tensor& t, int64_t length) {
      return t.narrow(0, begin, part.sessions()).narrow(1, 0, length);
    };
    // 1. Densities and values at the weights before the update, by minibatch.
    const Levels now = Forward(part, of_part(played.u, part.steps() + 1));
    figures_.AddSigma(now.low.policy.log_sigma, part.valid);
    // 2. Advantages and returns by GAE.
    const auto set = [&](PolicyTargets& to, const Output& level, const torch::Tensor& rewards) {
      to.Set(begin, level.policy.log_density, level.value,
             ComputeAdvantages(part, of_part(rewards, part.steps()), level.value,
                               {.gamma = common.gamma, .lambda = common.lambda}));
    };
    set(both.first, now.high, played.high_rewards);
    set(both.second, now.low, played.batch.rewards);
  }
  return both;
}

PpoLoss Her4if::Loss(const Output& now, const ValueHead& critic, const PolicyTargets& targets,
                     const SessionBatch& part) const {
  return ComputePpoLoss({.log_density = now.policy.log_density,
                         .old_log_density = targets.log_density,
                         .advantage = targets.advantage,
                         .value = now.value.narrow(1, 0, part.steps()),
                         .target = targets.returns,
                         .entropy = now.policy.entropy,
                         .valid = part.valid,
                         .old_value = targets.value},
                        {.clip = clip_,
                         .value_clip = config_.ppo.value_clip,
                         .value_weight = config_.ppo.common.value_weight * critic.error_weight(),
                         .entropy_weight = config_.ppo.common.entropy_weight});
}

void Her4if::SetProgress(double progress) {
  const ActorCriticConfig& common = config_.ppo.common;
  adam_->set_rate(common.rate_schedule().At(common.learning_rate, progress));
  clip_ = config_.ppo.ClipAt(progress);
}

UpdateStats Her4if::Update(const SessionLog& log) {
  // 1. What was played, and both levels' old densities, advantages and returns.
  const Played played = MakePlayed(log);
  const auto [high_targets, low_targets] = ComputeTargets(played);
  high_critic_.Follow(high_targets.returns, played.batch.valid);
  low_critic_.Follow(low_targets.returns, played.batch.valid);
  PpoLoss high, low;
  double updates = 0;
  const auto learn = [&](const torch::Tensor& rows, const SessionBatch& part) {
    // 2. Both levels at the weights now, on a minibatch of whole sessions.
    const Levels now = Forward(part, played.u.index_select(0, rows).narrow(1, 0, part.steps() + 1));
    // 3. PPO's loss for each level, and one step of Adam on their sum.
    const int64_t steps = part.steps();
    const PpoLoss of_high = Loss(now.high, high_critic_, high_targets.Of(rows, steps), part),
                  of_low = Loss(now.low, low_critic_, low_targets.Of(rows, steps), part);
    Descend(of_high.total + of_low.total);
    high.policy += of_high.policy, high.value += of_high.value, high.kl += of_high.kl;
    low.policy += of_low.policy, low.value += of_low.value, low.kl += of_low.kl;
    high.clipped += of_high.clipped, low.clipped += of_low.clipped;
    low.entropy += of_low.entropy;
    ++updates;
  };
  double kl_before = 0, updates_before = 0;  // steps 2 and 3 for every minibatch, in some passes
  for (int64_t epoch = 0; epoch < config_.ppo.epochs; ++epoch) {
    ForMinibatches(played.batch, config_.ppo.common.minibatch, rng_, learn);
    const double kl = (high.kl + low.kl - kl_before) / (updates - updates_before);
    figures_.AddEpoch(kl);
    if (config_.ppo.target_kl > 0 && kl > config_.ppo.target_kl) break;
    kl_before = high.kl + low.kl, updates_before = updates;
  }
  // 4. Play goes on with the new weights of the encoder.
  RefreshTracker();
  const torch::Tensor& valid = played.batch.valid;
  const auto explained = [&valid](const PolicyTargets& level) {
    return ExplainedVariance(level.returns, level.value, valid);
  };
  figures_.SetExplainedVariance(explained(low_targets));
  diagnostics_ = figures_.Stats();
  diagnostics_.emplace_back("high_explained_variance", explained(high_targets));
  diagnostics_.emplace_back("clipped", low.clipped / updates);
  diagnostics_.emplace_back("high_clipped", high.clipped / updates);
  return {{"policy_loss", low.policy / updates},
          {"value_loss", low.value / updates},
          {"entropy", low.entropy / updates},
          {"kl", low.kl / updates},
          {"high_policy_loss", high.policy / updates},
          {"high_value_loss", high.value / updates},
          {"high_kl", high.kl / updates},
          {"fairness", MeanOver(played.relief, valid).item<double>()}};
}

// The warm start teaches the low level to foretell the log's responses under even weights.
torch::Tensor Her4if::WarmStartLoss(const std::vector<int32_t>& users) {
  const SessionBatch batch = LoggedBatch(users);
  const torch::Tensor u = Preferences(
      batch, std::vector<GroupPreference>(users.size(), GroupPreference(groups_, config_.memory)));
  return low_->ResponseLoss(torch::cat({EncodedStates(batch), u, torch::ones_like(u)}, -1), batch);
}

UpdateStats Her4if::WarmStart() {
  return ImitateLogs(learner_.warm_start, [this](const std::vector<int32_t>& users) {
    const torch::Tensor loss = WarmStartLoss(users);
    if (loss.defined()) Descend(loss);
    return loss;
  });
}

}  // namespace

std::unique_ptr<Agent> MakeHer4if(const AgentContext& context, const LearnerConfig& learner,
                                  const Her4ifConfig& config) {
  return std::make_unique<Her4if>(context, learner, config);
}

}  // namespace lerl
