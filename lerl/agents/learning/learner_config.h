#pragma once
// Settings that learning agents share: what of a user's past and session they see and which encoder
// makes a state of it; how a policy acts; how an agent starts from the logs.

#include "lerl/base/config.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/nn/schedule.h"

namespace lerl {

struct StateConfig {
  std::string encoder = "transformer";
  TransformerConfig transformer{
      .width = 48, .layers = 2, .heads = 4, .feed_forward = 96, .band = 128};
  int64_t width = 48;
  int64_t window = 10;
  int64_t filters = 16;
  std::string tokens = "slate";
  int64_t past_rows = 60;
  bool published_encoder = false;
  bool use_plan = true;
  bool use_dominant = true;
  bool use_budget = true;

  int64_t encoded_width() const { return encoder == "transformer" ? transformer.width : width; }

  void VisitFields(FieldVisitor& visit) {
    visit("encoder", encoder, "what makes a state of the tokens",
          {"transformer", "gru", "average", "caser"});
    visit.Section("transformer", transformer);
    visit("width", width, "D of the state (gru, average, caser)", Range{1, 1024});
    visit("window", window, "tokens that the state looks back (average, caser)", Range{1, 256});
    visit("filters", filters, "horizontal filters of each height (caser)", Range{1, 256});
    visit("tokens", tokens, "tokens of the state encoder: one per slate or one per item",
          {"slate", "item"});
    visit("past_rows", past_rows, "training rows of a user that the encoder starts with",
          Range{0, 1000});
    visit("published_encoder", published_encoder,
          "the encoder stays at its random start, as in LERL's public code");
    visit("use_plan", use_plan, "the plan is part of the state");
    visit("use_dominant", use_dominant, "the last slate's dominant categories are part of it");
    visit("use_budget", use_budget, "the share of budget left is part of it");
  }
};

struct PolicyConfig {
  std::string kind = "virtual_item";
  int64_t hidden = 96;
  double sigma = 0.3;
  bool state_sigma = false;
  bool published_density = false;

  void VisitFields(FieldVisitor& visit) {
    visit("kind", kind, "what a stochastic policy draws: a virtual item, or the slate's items",
          {"virtual_item", "items"});
    visit("hidden", hidden, "hidden width of actors and critics", Range{1, 4096});
    visit("sigma", sigma, "standard deviation of the virtual item at the start", Range{0.02, 2.7});
    visit("state_sigma", state_sigma, "sigma depends on the state");
    visit("published_density", published_density,
          "items: a slate's density is the mean of its items' log probabilities (HER4IF's code)");
  }
};

struct WarmStartConfig {
  int64_t steps = 200;
  int64_t batch = 64;

  void VisitFields(FieldVisitor& visit) {
    visit("steps", steps, "gradient steps on the logs before RL; 0: none", Range{0, 1e6});
    visit("batch", batch, "users per gradient step on the logs", Range{1, 4096});
  }
};

struct LearnerConfig {
  StateConfig state;
  PolicyConfig policy;
  WarmStartConfig warm_start;

  void VisitFields(FieldVisitor& visit) {
    visit.Section("state", state);
    visit.Section("policy", policy);
    visit.Section("warm_start", warm_start);
  }
};

// Settings of agents with an actor and a critic that learn from the sessions they have just played.
struct ActorCriticConfig {
  double gamma = 0.9;
  double lambda = 0.95;
  double learning_rate = 1e-3;
  int64_t minibatch = 32;
  double value_weight = 0.5;
  double entropy_weight = 0.0;
  double normalise_returns = 0;
  double max_gradient = 0.5;
  std::string learning_rate_schedule = "constant";
  double learning_rate_end = 0;
  std::string init = "default";

  // What the learning rate is over a run.
  Schedule rate_schedule() const { return MakeSchedule(learning_rate_schedule, learning_rate_end); }

  void VisitFields(FieldVisitor& visit) {
    visit("lambda", lambda, "of generalised advantage estimation", Range{0, 1});
    VisitAllButLambda(visit);
  }
  // For an agent that learns from whole returns, where lambda is 1.
  void VisitAllButLambda(FieldVisitor& visit) {
    visit("gamma", gamma, "discount per step", Range{0, 1});
    visit("learning_rate", learning_rate, "of Adam", Range{0, 1});
    visit("minibatch", minibatch, "whole sessions per gradient step", Range{1, 4096});
    visit("value_weight", value_weight, "weight of the squared value error", Range{0, 100});
    visit("entropy_weight", entropy_weight, "weight of the policy's entropy", Range{0, 100});
    visit("normalise_returns", normalise_returns,
          "how fast the mean and spread of returns, in units of which values are learned, follow "
          "an iteration's; 0: values are learned as they are",
          Range{0, 1});
    visit("max_gradient", max_gradient, "norm that gradients are clipped to", Range{1e-3, 1e6});
    visit("learning_rate_schedule", learning_rate_schedule,
          "the learning rate over a run's iterations: as it is, or linear to learning_rate_end",
          ScheduleNames());
    visit("learning_rate_end", learning_rate_end,
          "share of the learning rate that a linear schedule ends at", Range{0, 1});
    visit("init", init, "how actor and critic are drawn at the start", {"default", "orthogonal"});
  }
};

}  // namespace lerl
