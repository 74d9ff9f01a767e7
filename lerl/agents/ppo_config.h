#pragma once
// Settings of the `ppo` agent.

#include "lerl/base/config.h"
#include "lerl/nn/incremental_transformer.h"

namespace lerl {

struct PpoConfig {
  TransformerConfig encoder{.width = 48, .layers = 2, .heads = 4, .feed_forward = 96, .band = 128};
  std::string tokens = "slate";
  int64_t past_rows = 60;
  int64_t hidden = 96;
  double sigma = 0.3;
  bool state_sigma = false;
  bool use_plan = true;
  bool use_dominant = true;
  bool use_budget = true;
  double gamma = 0.9;
  double lambda = 0.95;
  double clip = 0.2;
  double learning_rate = 1e-3;
  int64_t epochs = 4;
  int64_t minibatch = 32;
  double value_weight = 0.5;
  double entropy_weight = 0.0;
  double max_gradient = 0.5;
  int64_t warm_start_steps = 200;
  int64_t warm_start_batch = 64;

  void VisitFields(FieldVisitor& visit) {
    visit.Section("encoder", encoder);
    visit("tokens", tokens, "tokens of the state encoder: one per slate or one per item",
          {"slate", "item"});
    visit("past_rows", past_rows, "training rows of a user that the encoder starts with",
          Range{0, 1000});
    visit("hidden", hidden, "hidden width of actor and critic", Range{1, 4096});
    visit("sigma", sigma, "standard deviation of the virtual item at the start", Range{1e-3, 10});
    visit("state_sigma", state_sigma, "sigma depends on the state");
    visit("use_plan", use_plan, "the plan is part of the state of actor and critic");
    visit("use_dominant", use_dominant, "the last slate's dominant categories are part of it");
    visit("use_budget", use_budget, "the share of budget left is part of it");
    visit("gamma", gamma, "discount per step", Range{0, 1});
    visit("lambda", lambda, "of generalised advantage estimation", Range{0, 1});
    visit("clip", clip, "epsilon of the clipped surrogate", Range{0.01, 1});
    visit("learning_rate", learning_rate, "of Adam", Range{0, 1});
    visit("epochs", epochs, "passes over the sessions of an iteration", Range{1, 100});
    visit("minibatch", minibatch, "whole sessions per gradient step", Range{1, 4096});
    visit("value_weight", value_weight, "weight of the squared value error", Range{0, 100});
    visit("entropy_weight", entropy_weight, "weight of the policy's entropy", Range{0, 100});
    visit("max_gradient", max_gradient, "norm that gradients are clipped to", Range{1e-3, 1e6});
    visit("warm_start_steps", warm_start_steps, "gradient steps on the logs before RL; 0: none",
          Range{0, 1e6});
    visit("warm_start_batch", warm_start_batch, "users per gradient step on the logs",
          Range{1, 4096});
  }
};

}  // namespace lerl
