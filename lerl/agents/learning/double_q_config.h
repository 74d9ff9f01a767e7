#pragma once
// Settings of double Q-learning over items (agents/learning/double_q.h).

#include "lerl/agents/learning/replay_config.h"

namespace lerl {

struct DoubleQConfig {
  ReplayConfig replay;
  double epsilon = 0.1;

  void VisitFields(FieldVisitor& visit) {
    replay.VisitFields(visit);
    visit("epsilon", epsilon, "share of slots that explore", Range{0, 1});
    replay.exploration.VisitFields(visit);
  }
};

}  // namespace lerl
