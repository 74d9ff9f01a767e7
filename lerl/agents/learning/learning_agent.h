#pragma once
// LearningAgent: what all learning agents share. It turns past and session into tokens, encodes
// them to a state, keeps each slot's state in play, and saves weights, optimisers and random
// streams. An agent adds its networks, how it decides and how it learns. Include from .cc files
// only.
//
//   s_t = [e_t, plan (C), dominant categories (C), budget (1)]        S = D + 2 C + 1          (1)
//
//   s_t   the state before step t, of width S; each part of the context (what follows e_t) has a
//         switch, which sets it to 0
//   e_t   encoding [D] of past and session (agents/learning/state_encoder.h)
//   E     item vectors [I, A] of the policy side, frozen (agents/items/item_factors.h)

#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/session_batch.h"
#include "lerl/agents/learning/session_tokens.h"
#include "lerl/agents/learning/state_encoder.h"
#include "lerl/base/ranks.h"
#include "lerl/base/rng.h"
#include "lerl/nn/adam.h"
#include "lerl/nn/item_index.h"
#include "lerl/nn/mlp.h"
#include "lerl/nn/torch.h"

namespace lerl {

// Sets the weights of an MLP's first layer on the context to 0, so that the first policy follows
// the encoded history alone.
void SilenceContext(Mlp& mlp, int64_t encoded_width);

class LearningAgent : public Agent {
 public:
  // From so many items on a search (nn/item_index.h) takes the place of all scores.
  static constexpr int64_t kManyItems = 1 << 16;

  std::string name() const override { return name_; }
  bool learns() const override { return true; }
  int64_t gradient_steps() const override;
  void Prepare(int slots) override { tracker_->Prepare(slots); }
  void Start(int slot, int32_t user) override;
  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override;
  void Observe(std::span<const Shown> shown) override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  // Makes a module part of the checkpoint, and fills its parameters with draws of the agent's
  // stream.
  void Own(const std::string& name, std::shared_ptr<torch::nn::Module> module);
  // Draws `users` users uniformly, with replacement, from those that policies are trained on.
  std::vector<int32_t> DrawTrainUsers(int64_t users);
  Rng& rng() { return rng_; }

 protected:
  LearningAgent(std::string name, const AgentContext& context, const StateConfig& state);

  // Writes scores [n, I] and actions [n, action_width()] for states [n, S]. Called without
  // gradients.
  virtual void Decide(const torch::Tensor& states, std::span<const Observation> observations,
                      bool explore, std::span<float> scores, std::span<float> actions) = 0;

  // Makes an optimiser whose state is part of the checkpoint.
  Adam& Optimise(const std::string& name, std::vector<torch::Tensor> parameters, double rate);
  // Makes one gradient step, with the gradient's norm clipped to `max_gradient`. This and the next
  // three throw Error(kUnusable), naming agent, network and tensor, where loss, gradients or
  // parameters are not finite.
  void Step(Adam& adam, const torch::Tensor& loss, double max_gradient);
  // The same where `loss` is this rank's part of a loss of all ranks: the step is by the sum of
  // their gradients. `figures` become their sums over the ranks.
  void StepTogether(Adam& adam, const torch::Tensor& loss, double max_gradient,
                    std::initializer_list<double*> figures);
  // Makes a step by gradients that have been computed before.
  void Apply(Adam& adam, double max_gradient = std::numeric_limits<double>::infinity());
  // For each optimiser that has made a step, the norm of its newest gradient before and after
  // clipping, by the names gradient_norm_NAME and gradient_norm_clipped_NAME.
  UpdateStats GradientNorms() const;
  // Must be called when weights have changed, before the agent acts again.
  void RefreshTracker();

  // The sessions of a log as a batch, without `allowed`, and the past of users as one.
  SessionBatch PlayedBatch(const SessionLog& log) const;
  SessionBatch LoggedBatch(std::span<const int32_t> users) const;
  // The states (1) of a batch, float [B, T + 1, S], with gradients to the encoder unless the
  // setting `published_encoder` leaves it untrained.
  torch::Tensor States(const SessionBatch& batch);
  // Warm start on the logs: `learn` takes a gradient step on the users that it is given and returns
  // its loss, undefined where these have nothing to learn from. Returns the first and last loss.
  UpdateStats ImitateLogs(
      const WarmStartConfig& config,
      const std::function<torch::Tensor(const std::vector<int32_t>& users)>& learn);

  int64_t encoded_width() const { return config_.encoded_width(); }
  int64_t state_width() const { return encoded_width() + 2 * dataset_.num_categories() + 1; }
  int64_t item_width() const { return items_.size(1); }  // A of E
  const torch::Tensor& items() const { return items_; }  // E as float [I, A]
  const SessionTokens& tokens() const { return *tokens_; }
  std::span<const float> item_vectors() const { return item_vectors_; }
  // An index of E, made when it is first asked for; nullptr where there are fewer than kManyItems.
  const ItemIndex* IndexOfItems();
  StateEncoder& encoder() { return encoder_; }

  const Dataset& dataset_;
  const Split& split_;
  const int slate_;
  Ranks& ranks_;
  Rng rng_;

 private:
  void MakeTokens();
  // The error of Step where a loss of this optimiser is not finite.
  void RequireFinite(const Adam& adam, double loss) const;
  [[noreturn]] void FailDiverged(const std::string& what) const;
  // The network and name of a tensor that the agent owns: "actor.0.weight".
  std::string NameOf(const torch::Tensor& parameter) const;
  torch::Tensor WithContext(const torch::Tensor& encoded, const torch::Tensor& context) const;

  const std::string name_;
  const StateConfig config_;
  const std::vector<double> reward_weights_;
  const std::vector<float> price_factors_;
  std::vector<float> item_vectors_;
  torch::Tensor items_, context_switch_;
  std::optional<ItemIndex> index_;
  std::optional<SessionTokens> tokens_;
  StateEncoder encoder_{nullptr};
  std::optional<StateTracker> tracker_;
  std::vector<std::pair<std::string, std::shared_ptr<torch::nn::Module>>> modules_;
  std::vector<std::pair<std::string, std::unique_ptr<Adam>>> optimisers_;
};

}  // namespace lerl
