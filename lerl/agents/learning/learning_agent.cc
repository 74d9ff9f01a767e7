#include "lerl/agents/learning/learning_agent.h"

#include <algorithm>
#include <cmath>

#include "lerl/agents/learning/session_tracking.h"
#include "lerl/agents/learning/sum_gradients.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

torch::Tensor SwitchOf(const StateConfig& config, int64_t categories) {
  const auto on = [](bool use, int64_t n) { return torch::full({n}, use ? 1.0f : 0.0f); };
  return torch::cat({on(config.use_plan, categories), on(config.use_dominant, categories),
                     on(config.use_budget, 1)});
}

// An array of a file as long as it has to be. A table of users or items may have fewer rows in the
// file than the data set has; its further rows are then those of `now`.
Array WithFurtherRows(Array array, const torch::Tensor& now, const Dataset& dataset) {
  const int64_t rows = now.dim() > 0 ? now.size(0) : 0;
  const bool table = rows == dataset.num_users() || rows == dataset.num_items();
  if (!table || array.shape.empty() || array.shape[0] >= rows) return array;
  const Array further = ToArray(now.narrow(0, array.shape[0], rows - array.shape[0]));
  array.bytes.insert(array.bytes.end(), further.bytes.begin(), further.bytes.end());
  array.shape[0] = rows;
  return array;
}

void LoadGrown(torch::nn::Module& module, const std::string& prefix, const Dataset& dataset,
               const Arrays& arrays) {
  Arrays grown;
  for (const auto& parameter : module.named_parameters()) {
    const std::string name = prefix + parameter.key();
    grown[name] = WithFurtherRows(FindArray(arrays, name), parameter.value(), dataset);
  }
  LoadModule(module, prefix, grown);
}

// Nothing is known yet of the gradients of further rows.
void LoadGrown(Adam& adam, const std::string& prefix, const Dataset& dataset,
               const Arrays& arrays) {
  Arrays grown;
  for (size_t n = 0; n < adam.parameters().size(); ++n) {
    const std::string name = prefix + std::to_string(n);
    const torch::Tensor nothing = torch::zeros_like(adam.parameters()[n]);
    grown[name + ".step"] = FindArray(arrays, name + ".step");
    for (const char* moment : {".mean", ".square"})
      grown[name + moment] = WithFurtherRows(FindArray(arrays, name + moment), nothing, dataset);
  }
  adam.Load(prefix, grown);
}

}  // namespace

void SilenceContext(Mlp& mlp, int64_t encoded_width) {
  const torch::NoGradGuard no_grad;
  torch::Tensor weight = mlp->named_parameters()["0.weight"];
  weight.narrow(1, encoded_width, weight.size(1) - encoded_width).zero_();
}

LearningAgent::LearningAgent(std::string name, const AgentContext& context,
                             const StateConfig& state)
    : dataset_(context.dataset),
      split_(context.split),
      slate_(context.slate),
      ranks_(*context.ranks),
      rng_(context.seed, name),
      name_(std::move(name)),
      config_(state),
      reward_weights_(context.reward_weights),
      price_factors_(context.price_factors),
      item_vectors_(context.factors.vectors),
      context_switch_(SwitchOf(state, context.dataset.num_categories())) {
  MakeTokens();
  encoder_ = StateEncoder(config_, tokens_->width());
  Own("encoder", encoder_.ptr());
  tracker_.emplace(config_, encoder_);
}

void LearningAgent::MakeTokens() {
  tokens_.emplace(
      dataset_, split_, item_vectors_,
      TokenLayout{slate_, static_cast<int>(config_.past_rows), config_.tokens == "item"});
  index_.reset();
  const int64_t items = dataset_.num_items();
  items_ = FromSpan(item_vectors_, {items, std::ssize(item_vectors_) / items});
}

const ItemIndex* LearningAgent::IndexOfItems() {
  if (dataset_.num_items() < kManyItems) return nullptr;
  if (!index_) index_.emplace(item_vectors_, item_width());
  return &*index_;
}

void LearningAgent::Own(const std::string& name, std::shared_ptr<torch::nn::Module> module) {
  InitialiseParameters(*module, rng_);
  modules_.emplace_back(name, std::move(module));
}

Adam& LearningAgent::Optimise(const std::string& name, std::vector<torch::Tensor> parameters,
                              double rate) {
  optimisers_.emplace_back(name,
                           std::make_unique<Adam>(std::move(parameters), rate, /*epsilon=*/1e-5));
  return *optimisers_.back().second;
}

void LearningAgent::RequireFinite(const Adam& adam, double loss) const {
  if (std::isfinite(loss)) return;
  const auto owner = std::ranges::find_if(
      optimisers_, [&adam](const auto& entry) { return entry.second.get() == &adam; });
  FailDiverged("the loss of optimiser '" + owner->first + "' is not finite");
}

void LearningAgent::Step(Adam& adam, const torch::Tensor& loss, double max_gradient) {
  RequireFinite(adam, loss.item<double>());
  adam.ClearGradients();
  loss.backward();
  Apply(adam, max_gradient);
}

void LearningAgent::StepTogether(Adam& adam, const torch::Tensor& loss, double max_gradient,
                                 std::initializer_list<double*> figures) {
  if (ranks_.alone()) return Step(adam, loss, max_gradient);
  // A loss that is not finite is found after the sum, by all ranks alike.
  adam.ClearGradients();
  loss.backward();
  std::vector<double> further = {loss.item<double>()};
  for (const double* figure : figures) further.push_back(*figure);
  SumGradients(ranks_, adam.parameters(), further);
  RequireFinite(adam, further[0]);
  size_t next = 1;
  for (double* figure : figures) *figure = further[next++];
  Apply(adam, max_gradient);
}

void LearningAgent::Apply(Adam& adam, double max_gradient) {
  try {
    adam.Step(max_gradient);
  } catch (const Error&) {
    FailDiverged("the gradient of " + NameOf(adam.parameters()[At(adam.BrokenGradient())]) +
                 " is not finite");
  }
}

UpdateStats LearningAgent::GradientNorms() const {
  UpdateStats norms;
  for (const auto& [name, adam] : optimisers_) {
    if (adam->steps() == 0) continue;
    norms.emplace_back("gradient_norm_" + name, adam->gradient_norm());
    norms.emplace_back("gradient_norm_clipped_" + name, adam->clipped_gradient_norm());
  }
  return norms;
}

void LearningAgent::RefreshTracker() {
  for (const auto& [name, module] : modules_)
    for (const auto& parameter : module->named_parameters())
      if (!parameter.value().isfinite().all().item<bool>())
        FailDiverged("parameters of " + name + "." + parameter.key() + " are not finite");
  tracker_->Refresh();
}

void LearningAgent::FailDiverged(const std::string& what) const {
  throw Error(ErrorKind::kUnusable, "agent '" + name_ + "' diverged: " + what +
                                        "; lower its learning rates, or bound its gradients more");
}

std::string LearningAgent::NameOf(const torch::Tensor& parameter) const {
  for (const auto& [name, module] : modules_)
    for (const auto& own : module->named_parameters())
      if (own.value().is_same(parameter)) return name + "." + own.key();
  return "a tensor of nobody's";
}

int64_t LearningAgent::gradient_steps() const {
  int64_t steps = 0;
  for (const auto& [name, adam] : optimisers_) steps += adam->steps();
  return steps;
}

void LearningAgent::Start(int slot, int32_t user) { TrackStart(*tokens_, slot, user, *tracker_); }

void LearningAgent::Observe(std::span<const Shown> shown) {
  TrackShown(*tokens_, shown, *tracker_);
}

torch::Tensor LearningAgent::WithContext(const torch::Tensor& encoded,
                                         const torch::Tensor& context) const {
  return torch::cat({encoded, context * context_switch_}, -1);
}

void LearningAgent::Act(std::span<const Observation> observations, bool explore,
                        std::span<float> scores, std::span<float> actions) {
  // Equation (1) of the header: the encoding that the tracker keeps, and the context of the
  // observation.
  const torch::NoGradGuard no_grad;
  const auto categories = At(dataset_.num_categories());
  std::vector<int> slots;
  torch::Tensor context =
      torch::empty({std::ssize(observations), static_cast<int64_t>(2 * categories + 1)});
  float* row = context.data_ptr<float>();
  for (const Observation& seen : observations) {
    slots.push_back(seen.slot);
    row = std::copy(seen.plan.begin(), seen.plan.end(), row);
    row = std::copy(seen.dominant.begin(), seen.dominant.end(), row);
    *row++ = seen.budget_left;
  }
  Decide(WithContext(tracker_->States(slots), context), observations, explore, scores, actions);
}

SessionBatch LearningAgent::PlayedBatch(const SessionLog& log) const {
  return MakeSessionBatch(*tokens_, log, config_.use_budget);
}

SessionBatch LearningAgent::LoggedBatch(std::span<const int32_t> users) const {
  return MakeLoggedBatch(*tokens_, users, item_vectors_, reward_weights_, price_factors_);
}

torch::Tensor LearningAgent::States(const SessionBatch& batch) {
  const torch::Tensor encoded = encoder_->Encode(batch.tokens, batch.states);
  return WithContext(config_.published_encoder ? encoded.detach() : encoded, batch.context);
}

std::vector<int32_t> LearningAgent::DrawTrainUsers(int64_t users) {
  std::vector<int32_t> drawn(At(users));
  for (int32_t& user : drawn) user = split_.train_users[rng_.Below(split_.train_users.size())];
  return drawn;
}

UpdateStats LearningAgent::ImitateLogs(
    const WarmStartConfig& config,
    const std::function<torch::Tensor(const std::vector<int32_t>&)>& learn) {
  double first = 0, last = 0;
  for (int64_t step = 0; step < config.steps; ++step) {
    const torch::Tensor loss = learn(DrawTrainUsers(config.batch));
    if (!loss.defined()) continue;
    last = loss.item<double>();
    if (step == 0) first = last;
  }
  RefreshTracker();
  return {{"warm_start_first_loss", first}, {"warm_start_last_loss", last}};
}

void LearningAgent::Save(TensorFile& file) const {
  for (const auto& [name, module] : modules_)
    SaveModule(*module, "agent." + name + ".", file.arrays);
  for (const auto& [name, adam] : optimisers_) adam->Save("agent.adam." + name + ".", file.arrays);
  file.arrays["agent.items"] =
      Array::Of({dataset_.num_items(), item_width()}, item_vectors_.data());
  file.arrays["agent.rng"] =
      Array::Of(std::vector<uint64_t>(rng_.state().begin(), rng_.state().end()));
}

void LearningAgent::Load(const TensorFile& file) {
  // Whoever is served may be none of those that were trained on, and so may an item: what a
  // checkpoint does not know of users and items stays as it is.
  const auto known = ReadValues<float>(file.arrays, "agent.items", {-1, item_width()});
  if (known.size() > item_vectors_.size())
    throw Error(ErrorKind::kCheckpoint,
                "array 'agent.items' is of more items than the data set has; the file belongs to "
                "another data set");
  std::ranges::copy(known, item_vectors_.begin());
  MakeTokens();
  for (const auto& [name, module] : modules_)
    LoadGrown(*module, "agent." + name + ".", dataset_, file.arrays);
  for (const auto& [name, adam] : optimisers_)
    LoadGrown(*adam, "agent.adam." + name + ".", dataset_, file.arrays);
  Rng::State state{};
  const auto words =
      ReadValues<uint64_t>(file.arrays, "agent.rng", {static_cast<int64_t>(state.size())});
  std::copy(words.begin(), words.end(), state.begin());
  rng_.set_state(state);
  RefreshTracker();
}

}  // namespace lerl
