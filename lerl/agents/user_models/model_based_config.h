#pragma once
// Settings of the agents that learn in a model of users (agents/user_models/model_based_agent.h),
// and of the models.

#include <string>

#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/base/config.h"

namespace lerl {

struct ModelBasedConfig {
  ImaginationConfig imagine;
  std::string played_rewards = "environment";

  void VisitFields(FieldVisitor& visit) {
    visit.Section("imagine", imagine);
    visit("played_rewards", played_rewards, "what is learned from in the sessions played",
          {"environment", "model"});
  }
};

struct FactorFitConfig {
  int64_t factors = 16;
  int64_t epochs = 10;
  int64_t batch = 1024;
  double rate = 0.01;
  double l2 = 0.02;

  void VisitFields(FieldVisitor& visit) {
    visit("factors", factors, "width of the user and item vectors", Range{1, 512});
    visit("epochs", epochs, "passes over the training rows", Range{1, 1000});
    visit("batch", batch, "rows per gradient step", Range{1, 1e6});
    visit("rate", rate, "learning rate of Adam", Range{1e-6, 1});
    visit("l2", l2, "weight of the squares of factors and biases", Range{0, 100});
  }
};

struct ExposureModelConfig {
  FactorFitConfig fit;
  double tau = 3;
  double pairwise = 0;
  double lambda = 10;
  bool learn_strength = true;

  void VisitFields(FieldVisitor& visit) {
    visit.Section("fit", fit);
    visit("tau", tau, "turns over which an exposure fades", Range{0.05, 1000});
    visit("pairwise", pairwise, "weight of liked items above drawn ones", Range{0, 100});
    visit("lambda", lambda, "pull of alpha_u and beta_i towards 1", Range{0, 1e4});
    visit("learn_strength", learn_strength, "the strength of the effect is learned; false: 1");
  }
};

struct WorldEnsembleConfig {
  FactorFitConfig fit;
  int64_t members = 5;
  int64_t negatives = 0;
  std::string uncertainty = "variance";

  void VisitFields(FieldVisitor& visit) {
    visit.Section("fit", fit);
    visit("members", members, "M", Range{1, 100});
    visit("negatives", negatives, "drawn items with target 0 per liked row", Range{0, 100});
    visit("uncertainty", uncertainty, "what P_U is", {"variance", "disagreement"});
  }
};

}  // namespace lerl
