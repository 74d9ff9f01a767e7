#include "lerl/agents/ppo.h"

#include <torch/torch.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>

#include "lerl/agents/gae.h"
#include "lerl/agents/ppo_batch.h"
#include "lerl/agents/ppo_loss.h"
#include "lerl/agents/ppo_network.h"
#include "lerl/agents/session_tokens.h"
#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

void CopyOut(const torch::Tensor& tensor, std::span<float> out) {
  const torch::Tensor dense = tensor.contiguous();
  LERL_CHECK_EQ(static_cast<size_t>(dense.numel()), out.size());
  std::memcpy(out.data(), dense.data_ptr<float>(), out.size() * sizeof(float));
}

torch::Tensor CopyIn(std::span<const float> values, std::vector<int64_t> shape) {
  torch::Tensor tensor = torch::empty(shape);
  LERL_CHECK_EQ(static_cast<size_t>(tensor.numel()), values.size());
  std::memcpy(tensor.data_ptr<float>(), values.data(), values.size() * sizeof(float));
  return tensor;
}

class Ppo : public Agent {
 public:
  Ppo(const Dataset& dataset, const Split& split, std::vector<float> item_vectors, int slate,
      const PpoConfig& config, uint64_t seed)
      : dataset_(dataset),
        split_(split),
        config_(config),
        slate_(slate),
        item_vectors_(std::move(item_vectors)),
        rng_(seed, "ppo") {
    BuildTokens();
    network_ = PpoNetwork(config_, PpoShape{tokens_->width(), dataset.num_categories(), Width()});
    InitialiseParameters(*network_, rng_);
    network_->SilenceContext();
    adam_.emplace(network_->parameters(),
                  torch::optim::AdamOptions(config_.learning_rate).eps(1e-5));
    RefreshEngine();
  }

  std::string name() const override { return "ppo"; }
  bool learns() const override { return true; }
  int action_width() const override { return static_cast<int>(Width()); }

  void Prepare(int slots) override {
    cache_.emplace(config_.encoder, slots);
    encoded_.assign(static_cast<size_t>(slots * config_.encoder.width), 0);
  }

  void Start(int slot, int32_t user) override {
    cache_->Clear(slot);
    const int count = tokens_->PastTokens(user);
    std::vector<float> past(static_cast<size_t>(count * tokens_->width()));
    tokens_->Past(user, past);
    const int slots[] = {slot};
    Append(slots, count, past);
  }

  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override;
  void Observe(std::span<const Shown> shown) override;
  UpdateStats Update(const SessionLog& log) override;
  UpdateStats WarmStart() override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 private:
  int64_t Width() const {
    return static_cast<int64_t>(item_vectors_.size()) / dataset_.num_items();
  }

  void BuildTokens() {
    tokens_.emplace(
        dataset_, split_, item_vectors_,
        TokenLayout{slate_, static_cast<int>(config_.past_rows), config_.tokens == "item"});
    items_ = CopyIn(item_vectors_, {dataset_.num_items(), Width()});
  }

  // The inference engine holds its own copy of the encoder's weights: made anew after each change.
  void RefreshEngine() {
    Arrays arrays;
    SaveModule(*network_, "", arrays);
    engine_.emplace(config_.encoder, arrays, "encoder.");
  }

  // Encodes `count` tokens for each slot; keeps the last one's output as the slot's state.
  void Append(std::span<const int> slots, int count, std::span<const float> tokens) {
    const torch::NoGradGuard no_grad;
    const auto width = static_cast<size_t>(config_.encoder.width);
    const auto n = static_cast<int64_t>(slots.size());
    const torch::Tensor x =
        network_->Embed(CopyIn(tokens, {n * count, tokens_->width()})).contiguous();
    std::vector<float> y(static_cast<size_t>(n * count) * width);
    engine_->Append(*cache_, slots, count, {x.data_ptr<float>(), y.size()}, y);
    for (size_t i = 0; i < slots.size(); ++i)
      std::copy_n(y.data() + ((i + 1) * static_cast<size_t>(count) - 1) * width, width,
                  encoded_.data() + static_cast<size_t>(slots[i]) * width);
  }

  PolicyOutput Forward(const PpoBatch& batch) {
    return network_->Heads(GatherStates(network_->Encode(batch.tokens), batch.states),
                           batch.context);
  }

  void Step(const torch::Tensor& loss) {
    adam_->zero_grad();
    loss.backward();
    torch::nn::utils::clip_grad_norm_(network_->parameters(), config_.max_gradient);
    adam_->step();
  }

  struct Targets {                                 // per session of the log, padded to its longest
    torch::Tensor log_density, advantage, target;  // float [S, T]
    double mean_value = 0;
  };
  Targets ComputeTargets(const SessionLog& log);
  torch::Tensor WarmStartLoss(std::span<const int32_t> users);

  const Dataset& dataset_;
  const Split& split_;
  const PpoConfig config_;
  const int slate_;
  std::vector<float> item_vectors_;  // E [I, A]
  Rng rng_;
  std::optional<SessionTokens> tokens_;
  torch::Tensor items_;  // E as a tensor
  PpoNetwork network_{nullptr};
  std::optional<torch::optim::Adam> adam_;
  std::optional<IncrementalTransformer> engine_;
  std::optional<IncrementalTransformer::Cache> cache_;
  std::vector<float> encoded_;  // [slots, D] state of each slot
};

void Ppo::Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
              std::span<float> actions) {
  const torch::NoGradGuard no_grad;
  const auto n = static_cast<int64_t>(observations.size());
  const auto width = static_cast<size_t>(config_.encoder.width);
  const auto categories = static_cast<size_t>(dataset_.num_categories());
  torch::Tensor encoded = torch::empty({n, config_.encoder.width});
  torch::Tensor context = torch::empty({n, static_cast<int64_t>(2 * categories + 1)});
  for (int64_t i = 0; i < n; ++i) {
    const Observation& seen = observations[static_cast<size_t>(i)];
    std::copy_n(encoded_.data() + static_cast<size_t>(seen.slot) * width, width,
                encoded.data_ptr<float>() + static_cast<size_t>(i) * width);
    float* row = context.data_ptr<float>() + static_cast<size_t>(i) * (2 * categories + 1);
    std::copy(seen.plan.begin(), seen.plan.end(), row);
    std::copy(seen.dominant.begin(), seen.dominant.end(), row + categories);
    row[2 * categories] = seen.budget_left;
  }
  const PolicyOutput policy = network_->Heads(encoded, context);
  torch::Tensor action = policy.mu;
  if (explore) {
    torch::Tensor noise = torch::empty_like(action);
    for (int64_t i = 0; i < n; ++i) {
      const Observation& seen = observations[static_cast<size_t>(i)];
      Rng rng(seen.seed, "ppo explores", static_cast<uint64_t>(seen.step));
      float* row = noise.data_ptr<float>() + i * Width();
      std::generate_n(row, Width(), [&rng] { return static_cast<float>(rng.Normal()); });
    }
    action = action + noise * policy.log_sigma.exp();
  }
  CopyOut(action, actions);
  CopyOut(action.mm(items_.t()), scores);
}

void Ppo::Observe(std::span<const Shown> shown) {
  const size_t per_slot = static_cast<size_t>(tokens_->per_step() * tokens_->width());
  std::vector<int> slots;
  std::vector<float> tokens(shown.size() * per_slot);
  for (size_t i = 0; i < shown.size(); ++i) {
    slots.push_back(shown[i].slot);
    tokens_->Step(shown[i].items, shown[i].responses, {tokens.data() + i * per_slot, per_slot});
  }
  Append(slots, tokens_->per_step(), tokens);
}

Ppo::Targets Ppo::ComputeTargets(const SessionLog& log) {
  const torch::NoGradGuard no_grad;
  Targets out{torch::zeros({log.sessions, log.max_steps}),
              torch::zeros({log.sessions, log.max_steps}),
              torch::zeros({log.sessions, log.max_steps})};
  std::vector<int64_t> sessions;
  double sum = 0;
  int64_t count = 0;
  for (int64_t begin = 0; begin < log.sessions; begin += config_.minibatch) {
    sessions.resize(static_cast<size_t>(std::min(config_.minibatch, log.sessions - begin)));
    std::iota(sessions.begin(), sessions.end(), begin);
    const PpoBatch batch = MakePpoBatch(*tokens_, log, sessions);
    const PolicyOutput policy = Forward(batch);
    const int64_t steps = batch.actions.size(1);
    const PolicyOutput acted{
        policy.mu.narrow(1, 0, steps), policy.log_sigma.narrow(1, 0, steps), {}};
    const torch::Tensor density = PpoNetworkImpl::LogDensity(acted, batch.actions);
    const torch::Tensor values = policy.value.contiguous();
    for (size_t i = 0; i < sessions.size(); ++i) {
      const auto s = static_cast<size_t>(sessions[i]);
      const auto length = static_cast<size_t>(log.length[s]);
      const auto row = [&](torch::Tensor& t) {
        return std::span<float>(t.data_ptr<float>() + sessions[i] * log.max_steps, length);
      };
      const std::span<const float> value(
          values.data_ptr<float>() + static_cast<int64_t>(i) * values.size(1), length + 1);
      Gae({log.reward.data() + log.Cell(sessions[i], 0), length}, value, log.terminated[s] != 0,
          {.gamma = config_.gamma, .lambda = config_.lambda}, row(out.advantage), row(out.target));
      sum += static_cast<double>(std::accumulate(value.begin(), value.end() - 1, 0.0f));
      count += log.length[s];
    }
    out.log_density.narrow(0, begin, static_cast<int64_t>(sessions.size()))
        .narrow(1, 0, steps)
        .copy_(density);
  }
  out.mean_value = sum / static_cast<double>(std::max<int64_t>(count, 1));
  return out;
}

UpdateStats Ppo::Update(const SessionLog& log) {
  const Targets targets = ComputeTargets(log);
  std::vector<int64_t> order(static_cast<size_t>(log.sessions));
  std::iota(order.begin(), order.end(), int64_t{0});
  double policy_loss = 0, value_loss = 0, entropy = 0, clipped = 0, kl = 0;
  int64_t updates = 0;
  for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
    rng_.Shuffle(std::span(order));
    for (size_t begin = 0; begin < order.size(); begin += static_cast<size_t>(config_.minibatch)) {
      const size_t size = std::min(static_cast<size_t>(config_.minibatch), order.size() - begin);
      const std::span<const int64_t> sessions(order.data() + begin, size);
      const PpoBatch batch = MakePpoBatch(*tokens_, log, sessions);
      const int64_t steps = batch.actions.size(1);
      const torch::Tensor rows =
          torch::tensor(std::vector<int64_t>(sessions.begin(), sessions.end()), torch::kInt64);
      const auto pick = [&](const torch::Tensor& t) {
        return t.index_select(0, rows).narrow(1, 0, steps);
      };
      PolicyOutput policy = Forward(batch);
      policy.mu = policy.mu.narrow(1, 0, steps);
      policy.log_sigma = policy.log_sigma.narrow(1, 0, steps);
      const PpoLoss loss =
          ComputePpoLoss({.log_density = PpoNetworkImpl::LogDensity(policy, batch.actions),
                          .old_log_density = pick(targets.log_density),
                          .advantage = pick(targets.advantage),
                          .value = policy.value.narrow(1, 0, steps),
                          .target = pick(targets.target),
                          .entropy = policy.log_sigma.sum(-1),
                          .valid = batch.valid},
                         config_.clip, config_.value_weight, config_.entropy_weight);
      Step(loss.total);
      policy_loss += loss.policy, value_loss += loss.value, entropy += loss.entropy;
      clipped += loss.clipped, kl += loss.kl;
      ++updates;
    }
  }
  RefreshEngine();
  const auto n = static_cast<double>(updates);
  return {{"policy_loss", policy_loss / n},
          {"value_loss", value_loss / n},
          {"log_sigma", entropy / n / static_cast<double>(Width())},
          {"clipped", clipped / n},
          {"kl", kl / n},
          {"value", targets.mean_value}};
}

// What the next chunk of each user's past held, at every place where one follows: the state's flat
// (user, token) index, and (place, item) pairs of what was shown with the answers.
struct NextChunks {
  std::vector<int64_t> states;
  std::vector<int64_t> places, items;
  std::vector<float> liked;

  void Add(int64_t state, const Dataset& dataset, int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      places.push_back(static_cast<int64_t>(states.size()));
      items.push_back(dataset.items[static_cast<size_t>(row)]);
      liked.push_back(static_cast<float>(dataset.responses[0][static_cast<size_t>(row)]));
    }
    states.push_back(state);
  }
};

// Cross entropy of sigmoid(E_i mu) against the first response to the items that the next chunk of
// each user's past showed. The context is all zero, so its columns stay without influence.
torch::Tensor Ppo::WarmStartLoss(std::span<const int32_t> users) {
  const auto n = static_cast<int64_t>(users.size());
  torch::Tensor tokens = torch::zeros({n, tokens_->MaxPastTokens(), tokens_->width()});
  NextChunks next;
  for (int64_t i = 0; i < n; ++i) {
    const int32_t user = users[static_cast<size_t>(i)];
    tokens_->Past(user, {tokens[i].data_ptr<float>(),
                         static_cast<size_t>(tokens_->PastTokens(user) * tokens_->width())});
    int64_t token = i * tokens_->MaxPastTokens();
    for (const auto& [begin, end] : tokens_->PastChunks(user)) {
      next.Add(token, dataset_, begin, end);
      token += config_.tokens == "item" ? end - begin : 1;
    }
  }
  if (next.states.empty()) return {};
  const auto indices = [](const std::vector<int64_t>& values) {
    return torch::tensor(values, torch::kInt64);
  };
  const torch::Tensor encoded =
      network_->Encode(tokens).flatten(0, 1).index_select(0, indices(next.states));
  const torch::Tensor context = torch::zeros({encoded.size(0), 2 * dataset_.num_categories() + 1});
  const torch::Tensor mu = network_->Heads(encoded, context).mu;
  const torch::Tensor logits =
      (mu.index_select(0, indices(next.places)) * items_.index_select(0, indices(next.items)))
          .sum(-1);
  return torch::binary_cross_entropy_with_logits(logits, torch::tensor(next.liked));
}

UpdateStats Ppo::WarmStart() {
  double first = 0, last = 0;
  for (int64_t step = 0; step < config_.warm_start_steps; ++step) {
    std::vector<int32_t> users(static_cast<size_t>(config_.warm_start_batch));
    for (int32_t& user : users) user = split_.train_users[rng_.Below(split_.train_users.size())];
    const torch::Tensor loss = WarmStartLoss(users);
    if (!loss.defined()) continue;
    Step(loss);
    last = loss.item<double>();
    if (step == 0) first = last;
  }
  RefreshEngine();
  return {{"warm_start_first_loss", first}, {"warm_start_last_loss", last}};
}

void Ppo::Save(TensorFile& file) const {
  SaveModule(*network_, "agent.net.", file.arrays);
  SaveAdam(const_cast<torch::optim::Adam&>(*adam_), "agent.adam.", file.arrays);
  file.arrays["agent.items"] = Array::Of({dataset_.num_items(), Width()}, item_vectors_.data());
  file.arrays["agent.rng"] =
      Array::Of(std::vector<uint64_t>(rng_.state().begin(), rng_.state().end()));
}

void Ppo::Load(const TensorFile& file) {
  const Array& items = file.at("agent.items");
  if (items.shape != std::vector<int64_t>{dataset_.num_items(), Width()})
    throw Error(ErrorKind::kCheckpoint,
                "agent.items: the checkpoint was made for other items or another factor count");
  item_vectors_ = items.Values<float>();
  BuildTokens();
  LoadModule(*network_, "agent.net.", file.arrays);
  LoadAdam(*adam_, "agent.adam.", file.arrays);
  Rng::State state{};
  const std::vector<uint64_t> words = file.at("agent.rng").Values<uint64_t>();
  LERL_CHECK_EQ(words.size(), state.size());
  std::copy(words.begin(), words.end(), state.begin());
  rng_.set_state(state);
  RefreshEngine();
}

}  // namespace

std::unique_ptr<Agent> MakePpo(const Dataset& dataset, const Split& split,
                               std::vector<float> item_vectors, int slate, const PpoConfig& config,
                               uint64_t seed) {
  return std::make_unique<Ppo>(dataset, split, std::move(item_vectors), slate, config, seed);
}

}  // namespace lerl
