#pragma once
// LearnConfig: the settings of learning from what a service stored (learn/fine_tune.h).

#include <cstdint>
#include <string>

#include "lerl/agents/slate_learner.h"
#include "lerl/base/config.h"

namespace lerl {

struct LearnConfig {
  int64_t epochs = 20;
  double gamma = 0.9;
  SlateLearnerConfig learner;
  double target_kl = 0.5;
  double least_effective = 0.2;
  double held_out = 0.3;
  int64_t seed = 1;
  std::string show_again = "next_session";
  int64_t longest_past = 40;
  double temperature = 0.2;

  void VisitFields(FieldVisitor& visit) {
    visit("epochs", epochs, "passes over the stored sessions, at most", Range{1, 1000});
    visit("gamma", gamma, "discount per step of what a slate is credited with", Range{0, 1});
    learner.VisitFields(visit);
    visit("target_kl", target_kl,
          "an epoch is taken back where slates of held-out users diverge further from those of the "
          "policy at the start; 0: never",
          Range{0, 1000});
    visit(
        "least_effective", least_effective,
        "an epoch is taken back where the held-out slates say less than this share of them would, "
        "had the policy drawn them itself",
        Range{0, 1});
    visit("held_out", held_out, "share of the users who judge, by a hash of their names",
          Range{0.05, 0.95});
    visit("seed", seed, "of the order of the sessions and of who is held out", Range{0, 9e15});
    visit("show_again", show_again, "as in the service that stored the sessions",
          {"never", "next_session", "always"});
    visit("longest_past", longest_past, "as in the service that stored the sessions",
          Range{0, 1000});
    visit("temperature", temperature,
          "of the slates that the policy will draw, as in the service; with imitate alone, since "
          "slates of policies have their own",
          Range{0.001, 1000});
  }
};

}  // namespace lerl
