#include "lerl/agents/dqn.h"

#include <cmath>
#include <limits>

#include "lerl/agents/exploration.h"
#include "lerl/agents/session_learner.h"
#include "lerl/agents/session_replay.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

// Q of all items: v(s) + E_i . f(s) + b_i.
class ItemValuesImpl : public torch::nn::Module {
 public:
  ItemValuesImpl(torch::Tensor items, int64_t state_width, int64_t hidden)
      : items_(std::move(items)) {
    head_ = register_module("head", Mlp(state_width, hidden, items_.size(1) + 1));
    bias_ = register_parameter("bias", torch::zeros({items_.size(0)}));
  }
  // states float [..., S] -> [..., I]
  torch::Tensor forward(const torch::Tensor& states) {
    const torch::Tensor out = head_->forward(states);
    const int64_t width = items_.size(1);
    return torch::matmul(out.narrow(-1, 0, width), items_.t()) + out.narrow(-1, width, 1) + bias_;
  }
  void Silence(int64_t encoded_width) { SilenceContext(head_, encoded_width); }

 private:
  torch::Tensor items_;
  torch::nn::Sequential head_{nullptr};
  torch::Tensor bias_;
};
TORCH_MODULE(ItemValues);

class Dqn : public SessionLearner {
 public:
  Dqn(const AgentContext& context, const LearnerConfig& learner, const DqnConfig& config)
      : SessionLearner("dqn", context, learner.state),
        learner_(learner),
        config_(config),
        values_(items(), state_width(), learner.policy.hidden),
        target_(items(), state_width(), learner.policy.hidden),
        replay_(config.replay.sessions) {
    Own("values", values_.ptr());
    Own("target", target_.ptr());
    values_->Silence(encoded_width());
    SoftCopy(*values_, *target_, 1);
    std::vector<torch::Tensor> all = encoder()->parameters();
    for (const torch::Tensor& p : values_->parameters()) all.push_back(p);
    adam_ = &Optimise("all", std::move(all), config.replay.critic_rate);
  }

  UpdateStats Update(const SessionLog& log) override {
    replay_.Add(log);
    const ReplayConfig& c = config_.replay;
    const auto steps = static_cast<int64_t>(
        std::ceil(c.passes * static_cast<double>(log.sessions) / static_cast<double>(c.minibatch)));
    double loss = 0, q = 0;
    for (int64_t i = 0; i < steps; ++i) {
      const SessionLog sample = replay_.Sample(c.minibatch, rng_);
      SessionBatch batch = MakeSessionBatch(tokens(), sample);
      batch.allowed = AllowedItems(dataset_, split_, sample, batch.steps());
      const Losses now = Learn(batch);
      loss += now.loss, q += now.q;
    }
    RefreshTracker();
    const double n = std::max<double>(1, static_cast<double>(steps));
    return {{"critic_loss", loss / n}, {"q", q / n}};
  }

  UpdateStats WarmStart() override {
    double first = 0, last = 0;
    for (int64_t i = 0; i < learner_.warm_start.steps; ++i) {
      const SessionBatch batch =
          MakeLoggedBatch(tokens(), DrawTrainUsers(learner_.warm_start.batch), item_vectors());
      if (batch.valid.sum().item<double>() == 0) continue;
      last = Learn(batch).loss;
      if (i == 0) first = last;
    }
    RefreshTracker();
    return {{"warm_start_first_loss", first}, {"warm_start_last_loss", last}};
  }

  void Save(TensorFile& file) const override {
    SessionLearner::Save(file);
    replay_.Save("agent.replay.", file.arrays);
  }
  void Load(const TensorFile& file) override {
    SessionLearner::Load(file);
    replay_.Load("agent.replay.", file.arrays);
  }

 protected:
  void Decide(const torch::Tensor& states, std::span<const Observation> observations, bool explore,
              std::span<float> scores, std::span<float>) override {
    CopyTo(values_->forward(states), scores);
    if (!explore) return;
    const auto items = static_cast<size_t>(dataset_.num_items());
    for (size_t n = 0; n < observations.size(); ++n)
      ExploreSlots(dataset_, observations[n], slate_, config_.epsilon,
                   scores.subspan(n * items, items));
  }

 private:
  struct Losses {
    double loss = 0, q = 0;
  };

  // Mean of Q' over the next slate: [B, T].
  torch::Tensor NextValue(const SessionBatch& batch, const torch::Tensor& q_next,
                          const torch::Tensor& next) {
    torch::Tensor choice = q_next;
    if (batch.allowed.defined())
      choice = choice.masked_fill(batch.allowed.narrow(1, 1, batch.steps()).logical_not(),
                                  -std::numeric_limits<float>::infinity());
    const torch::Tensor slate = std::get<1>(choice.topk(batch.items.size(-1), -1));
    return target_->forward(next).gather(-1, slate).mean(-1);
  }

  Losses Learn(const SessionBatch& batch) {
    const int64_t steps = batch.steps();
    const torch::Tensor states = States(batch);
    const torch::Tensor q = values_->forward(states);  // [B, T + 1, I]
    torch::Tensor y;
    {
      const torch::NoGradGuard no_grad;
      const torch::Tensor next =
          NextValue(batch, q.detach().narrow(1, 1, steps), states.detach().narrow(1, 1, steps));
      const torch::Tensor rest = batch.rewards - batch.responses.mean(-1);
      y = batch.responses +
          (rest + config_.replay.gamma * batch.goes_on * next).unsqueeze(-1);  // [B, T, K]
    }
    const torch::Tensor shown = q.narrow(1, 0, steps).gather(-1, batch.items);
    const torch::Tensor count = batch.valid.sum();
    const torch::Tensor loss = ((shown - y).square().mean(-1) * batch.valid).sum() / count;
    Step(*adam_, loss, config_.replay.max_gradient);
    SoftCopy(*values_, *target_, config_.replay.tau);
    return {loss.item<double>(),
            ((shown.detach().mean(-1) * batch.valid).sum() / count).item<double>()};
  }

  const LearnerConfig learner_;
  const DqnConfig config_;
  ItemValues values_, target_;
  torch::optim::Adam* adam_ = nullptr;
  SessionReplay replay_;
};

}  // namespace

std::unique_ptr<Agent> MakeDqn(const AgentContext& context, const LearnerConfig& learner,
                               const DqnConfig& config) {
  return std::make_unique<Dqn>(context, learner, config);
}

}  // namespace lerl
