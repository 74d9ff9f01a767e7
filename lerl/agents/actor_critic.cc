#include "lerl/agents/actor_critic.h"

#include <algorithm>
#include <numeric>

#include "lerl/agents/gae.h"

namespace lerl {

ActorCritic::ActorCritic(std::string name, const AgentContext& context,
                         const LearnerConfig& learner, const ActorCriticConfig& config)
    : SessionLearner(std::move(name), context, learner.state), learner_(learner), config_(config) {
  head_ = PolicyHead(learner.policy, items(), state_width());
  critic_ = Mlp(state_width(), learner.policy.hidden, 1);
  Own("actor", head_.ptr());
  Own("critic", critic_.ptr());
  head_->Silence(encoded_width());
  SilenceContext(critic_, encoded_width());
  std::vector<torch::Tensor> all = encoder()->parameters();
  for (const torch::Tensor& p : head_->parameters()) all.push_back(p);
  for (const torch::Tensor& p : critic_->parameters()) all.push_back(p);
  adam_ = &Optimise("all", std::move(all), config.learning_rate);
}

void ActorCritic::Decide(const torch::Tensor& states, std::span<const Observation> observations,
                         bool explore, std::span<float> scores, std::span<float> actions) {
  head_->Decide(states, observations, explore, scores, actions);
}

SessionBatch ActorCritic::MakeBatch(const SessionLog& log) const {
  SessionBatch batch = MakeSessionBatch(tokens(), log);
  if (head_->draws_items()) batch.allowed = AllowedItems(dataset_, split_, log, batch.steps());
  return batch;
}

ActorCritic::Output ActorCritic::Forward(const SessionBatch& batch) {
  const torch::Tensor states = States(batch);
  return {head_->Density(states.narrow(1, 0, batch.steps()), batch),
          critic_->forward(states).squeeze(-1)};
}

ActorCritic::Targets ActorCritic::ComputeTargets(const SessionBatch& batch) {
  const torch::NoGradGuard no_grad;
  const int64_t sessions = batch.sessions(), steps = batch.steps();
  Targets out{torch::zeros({sessions, steps}), torch::zeros({sessions, steps}),
              torch::zeros({sessions, steps})};
  const auto row_of = [steps](const torch::Tensor& t, int64_t s, int64_t length) {
    return std::span<float>(t.data_ptr<float>() + s * steps, static_cast<size_t>(length));
  };
  double sum = 0, count = 0;
  std::vector<int64_t> rows;
  for (int64_t begin = 0; begin < sessions; begin += config_.minibatch) {
    rows.resize(static_cast<size_t>(std::min(config_.minibatch, sessions - begin)));
    std::iota(rows.begin(), rows.end(), begin);
    const SessionBatch part = batch.Select(rows);
    const Output now = Forward(part);
    const torch::Tensor values = now.value.contiguous();
    for (const int64_t s : rows) {
      const auto length = static_cast<int64_t>(batch.valid[s].sum().item<float>());
      const std::span<const float> value(values.data_ptr<float>() + (s - begin) * values.size(1),
                                         static_cast<size_t>(length + 1));
      Gae(row_of(batch.rewards, s, length), value, row_of(batch.goes_on, s, length),
          {.gamma = config_.gamma, .lambda = config_.lambda}, row_of(out.advantage, s, length),
          row_of(out.returns, s, length));
      sum += static_cast<double>(std::accumulate(value.begin(), value.end() - 1, 0.0f));
      count += static_cast<double>(length);
    }
    out.log_density.narrow(0, begin, static_cast<int64_t>(rows.size()))
        .narrow(1, 0, part.steps())
        .copy_(now.policy.log_density);
  }
  out.mean_value = sum / std::max(count, 1.0);
  return out;
}

void ActorCritic::ForMinibatches(
    const SessionBatch& batch,
    const std::function<void(const torch::Tensor&, const SessionBatch&)>& learn) {
  std::vector<int64_t> order(static_cast<size_t>(batch.sessions()));
  std::iota(order.begin(), order.end(), int64_t{0});
  rng_.Shuffle(std::span(order));
  for (size_t begin = 0; begin < order.size(); begin += static_cast<size_t>(config_.minibatch)) {
    const size_t end = std::min(order.size(), begin + static_cast<size_t>(config_.minibatch));
    const std::span<const int64_t> rows(order.data() + begin, end - begin);
    learn(torch::tensor(std::vector<int64_t>(rows.begin(), rows.end()), torch::kInt64),
          batch.Select(rows));
  }
}

torch::Tensor ActorCritic::WarmStartLoss(std::span<const int32_t> users) {
  const SessionBatch batch = MakeLoggedBatch(tokens(), users, item_vectors());
  const torch::Tensor valid = batch.valid.flatten().nonzero().squeeze(-1);
  if (valid.size(0) == 0) return {};
  const torch::Tensor states = States(batch).narrow(1, 0, batch.steps()).flatten(0, 1);
  const torch::Tensor mu = head_->Mu(states.index_select(0, valid));
  const torch::Tensor shown = batch.items.flatten(0, 1).index_select(0, valid);  // [N, K]
  const torch::Tensor liked = batch.responses.flatten(0, 1).index_select(0, valid);
  const torch::Tensor logits =
      head_->Logits(mu.repeat_interleave(shown.size(1), 0), shown.flatten());
  return torch::binary_cross_entropy_with_logits(logits, liked.flatten());
}

UpdateStats ActorCritic::WarmStart() {
  double first = 0, last = 0;
  for (int64_t step = 0; step < learner_.warm_start.steps; ++step) {
    const torch::Tensor loss = WarmStartLoss(DrawTrainUsers(learner_.warm_start.batch));
    if (!loss.defined()) continue;
    Descend(loss);
    last = loss.item<double>();
    if (step == 0) first = last;
  }
  RefreshTracker();
  return {{"warm_start_first_loss", first}, {"warm_start_last_loss", last}};
}

}  // namespace lerl
