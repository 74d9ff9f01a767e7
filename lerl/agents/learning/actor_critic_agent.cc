#include "lerl/agents/learning/actor_critic_agent.h"

#include <algorithm>
#include <numeric>

#include "lerl/agents/learning/advantages.h"
#include "lerl/agents/learning/orthogonal.h"
#include "lerl/agents/learning/sum_gradients.h"
#include "lerl/base/index.h"

namespace lerl {

ActorCriticAgent::ActorCriticAgent(std::string name, const AgentContext& context,
                                   const LearnerConfig& learner, const ActorCriticConfig& config)
    : LearningAgent(std::move(name), context, learner.state),
      learner_(learner),
      config_(config),
      critic_(state_width(), learner.policy.hidden, config.normalise_returns) {
  head_ = PolicyHead(learner.policy, items(), state_width());
  Own("actor", head_.ptr());
  Own("critic", critic_.mlp().ptr());
  head_->Silence(encoded_width());
  SilenceContext(critic_.mlp(), encoded_width());
  if (config.init == "orthogonal") {
    head_->InitialiseOrthogonal(encoded_width(), rng_);
    InitialiseOrthogonal(critic_.mlp(), encoded_width(), kCriticGain, rng_);
  }
  std::vector<torch::Tensor> all = encoder()->parameters();
  for (const torch::Tensor& p : head_->parameters()) all.push_back(p);
  for (const torch::Tensor& p : critic_.mlp()->parameters()) all.push_back(p);
  adam_ = &Optimise("all", std::move(all), config.learning_rate);
}

void ActorCriticAgent::Decide(const torch::Tensor& states,
                              std::span<const Observation> observations, bool explore,
                              std::span<float> scores, std::span<float> actions) {
  head_->Decide(states, observations, explore, scores, actions);
}

SessionBatch ActorCriticAgent::MakeBatch(const SessionLog& log) const {
  SessionBatch batch = PlayedBatch(log);
  if (head_->draws_items()) batch.allowed = AllowedItems(dataset_, split_, log, batch.steps());
  return batch;
}

ActorCriticAgent::Output ActorCriticAgent::Forward(const SessionBatch& batch) {
  const torch::Tensor states = States(batch);
  return {head_->Density(states.narrow(1, 0, batch.steps()), batch), critic_.Values(states)};
}

SlateScores ActorCriticAgent::ScoreSlates(const SessionBatch& batch) {
  const torch::Tensor states = States(batch).narrow(1, 0, batch.steps());
  return {head_->Scores(states), critic_.Values(states)};
}

ActorCriticAgent::Targets ActorCriticAgent::ComputeTargets(const SessionBatch& batch) {
  const torch::NoGradGuard no_grad;
  figures_ = {};
  const int64_t sessions = batch.sessions(), steps = batch.steps();
  Targets out{PolicyTargets::Zeros(sessions, steps)};
  double sum = 0, count = 0;
  std::vector<int64_t> rows;
  const auto [first, end] = PartOf(sessions, ranks_);
  for (int64_t begin = first; begin < end; begin += config_.minibatch) {
    rows.resize(At(std::min(config_.minibatch, end - begin)));
    std::iota(rows.begin(), rows.end(), begin);
    // 1. Densities and values of a minibatch, without gradient.
    const SessionBatch part = batch.Select(rows);
    const Output now = Forward(part);
    // 2. Advantages and returns of its sessions by GAE.
    const Advantages estimate = ComputeAdvantages(
        part, part.rewards, now.value, {.gamma = config_.gamma, .lambda = config_.lambda});
    // 3. Into the rows of the whole batch, which is padded to the longest session of all.
    out.Set(begin, now.policy.log_density, now.value, estimate);
    figures_.AddSigma(now.policy.log_sigma, part.valid);
    sum += (now.value.narrow(1, 0, part.steps()) * part.valid).sum().item<double>();
    count += part.valid.sum().item<double>();
  }
  ShareTargets(out, sum, count);
  figures_.SetExplainedVariance(ExplainedVariance(out.returns, out.value, batch.valid));
  out.mean_value = sum / std::max(count, 1.0);
  critic_.Follow(out.returns, batch.valid);
  return out;
}

void ActorCriticAgent::ShareTargets(Targets& targets, double& sum, double& count) {
  if (ranks_.alone()) return;
  // What other ranks compute is 0 here.
  SumTensors(ranks_, {targets.log_density, targets.value, targets.advantage, targets.returns});
  double sums[] = {sum, count};
  ranks_.Sum(std::span<double>(sums));
  sum = sums[0], count = sums[1];
  figures_.JoinSigma(ranks_);
}

void ActorCriticAgent::ForMinibatches(const SessionBatch& batch, const LearnFromPart& learn) {
  if (ranks_.alone()) return lerl::ForMinibatches(batch, config_.minibatch, rng_, learn);
  const LearnFromRows learn_part = [&](std::span<const int64_t> rows) {
    whole_rows_ = RowTensor(rows);
    whole_valid_ = batch.valid.index_select(0, whole_rows_);
    const auto [begin, end] = PartOf(std::ssize(rows), ranks_);
    own_begin_ = std::min(begin, std::ssize(rows) - 1),
    own_count_ = std::max(end - begin, int64_t{1});
    const auto own = rows.subspan(At(own_begin_), At(own_count_));
    SessionBatch part = batch.Select(own);
    if (begin == end) part.valid = torch::zeros_like(part.valid);
    learn(RowTensor(own), part);
  };
  ForMinibatchRows(batch.sessions(), config_.minibatch, rng_, learn_part);
  whole_rows_.reset(), whole_valid_.reset();
}

PolicyTargets ActorCriticAgent::WholeTargets(const Targets& targets) const {
  if (ranks_.alone()) return {};
  return targets.Of(whole_rows_, whole_valid_.size(1));
}

torch::Tensor ActorCriticAgent::OwnRows(const torch::Tensor& whole, int64_t steps) const {
  return whole.narrow(0, own_begin_, own_count_).narrow(1, 0, steps);
}

void ActorCriticAgent::Descend(const torch::Tensor& loss, std::initializer_list<double*> figures) {
  StepTogether(*adam_, loss, config_.max_gradient, figures);
  figures_.AddStep(*adam_);
}

void ActorCriticAgent::SetProgress(double progress) {
  adam_->set_rate(config_.rate_schedule().At(config_.learning_rate, progress));
}

void ActorCriticAgent::Save(TensorFile& file) const {
  LearningAgent::Save(file);
  critic_.Save("agent.returns", file.arrays);
}

void ActorCriticAgent::Load(const TensorFile& file) {
  LearningAgent::Load(file);
  critic_.Load("agent.returns", file.arrays);
}

torch::Tensor ActorCriticAgent::WarmStartLoss(std::span<const int32_t> users) {
  const SessionBatch batch = LoggedBatch(users);
  return head_->ResponseLoss(States(batch), batch);
}

UpdateStats ActorCriticAgent::WarmStart() {
  return ImitateLogs(learner_.warm_start, [this](const std::vector<int32_t>& users) {
    const torch::Tensor loss = WarmStartLoss(users);
    if (loss.defined()) Step(*adam_, loss, config_.max_gradient);
    return loss;
  });
}

}  // namespace lerl
