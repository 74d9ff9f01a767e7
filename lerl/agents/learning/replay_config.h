#pragma once
// Settings of the agents that learn from a replay (agents/learning/replay_agent.h).

#include "lerl/agents/learning/exploration_config.h"
#include "lerl/base/config.h"

namespace lerl {

struct ReplayConfig {
  double gamma = 0.9;
  double critic_rate = 1e-3;
  double actor_rate = 3e-4;
  double tau = 0.01;
  int64_t target_every = 0;
  double huber = 0;
  int64_t learning_starts = 0;
  int64_t n_step = 1;
  double priority_exponent = 0;
  double importance_exponent = 0.4;
  double priority_floor = 0.01;
  double explore_sigma = 0.3;
  ExplorationConfig exploration{};
  double max_gradient = 1.0;
  int64_t sessions = 4096;
  int64_t minibatch = 8;
  double passes = 4;

  // What all of them read.
  void VisitFields(FieldVisitor& visit) {
    visit("gamma", gamma, "discount per step", Range{0, 1});
    visit("critic_rate", critic_rate, "Adam's step of critics and state encoder", Range{0, 1});
    visit("tau", tau, "rate of the soft target copies", Range{1e-6, 1});
    visit("target_every", target_every,
          "critic steps from one hard target copy to the next; 0: soft copies at rate tau",
          Range{0, 1e6});
    visit("huber", huber,
          "error beyond which the critics' squared error goes on as a line; 0: nowhere",
          Range{0, 1e6});
    visit("learning_starts", learning_starts,
          "sessions in the replay before the first is learned from", Range{0, 1e7});
    visit("n_step", n_step, "rewards that a target adds up before it asks the critics",
          Range{1, 1000});
    visit("priority_exponent", priority_exponent,
          "alpha of prioritised replay: how much the critics' errors decide what is learned from "
          "again; 0: all sessions alike",
          Range{0, 1});
    visit("importance_exponent", importance_exponent,
          "beta of prioritised replay at the start, which grows to 1 over the run: how far weights "
          "in the loss make up for uneven draws",
          Range{0, 1});
    visit("priority_floor", priority_floor,
          "what prioritised replay adds to a session's error, so that none is forgotten",
          Range{1e-6, 10});
    visit("max_gradient", max_gradient, "norm that gradients are clipped to", Range{1e-3, 1e6});
    visit("sessions", sessions, "whole sessions that the replay holds", Range{1, 1e7});
    visit("minibatch", minibatch, "whole sessions per gradient step", Range{1, 4096});
    visit("passes", passes, "sessions learned from per session played", Range{0, 1000});
  }
  // What agents with an actor read besides.
  void VisitActorRate(FieldVisitor& visit) {
    visit("actor_rate", actor_rate, "Adam's step of the actor", Range{0, 1});
  }
  // What agents whose actor proposes virtual items read besides.
  void VisitVirtualItemActor(FieldVisitor& visit) {
    VisitActorRate(visit);
    visit("explore_sigma", explore_sigma, "standard deviation of the exploring virtual item",
          Range{0, 10});
    exploration.VisitFields(visit);
  }
};

}  // namespace lerl
