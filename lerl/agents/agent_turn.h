#pragma once
// AgentTurn: the agent's part of a step, for a batch of sessions. All who play take it alike: the
// training loop (train/player.h), sessions imagined by a user model, and the worlds of tests.
//
//   turn.Act(observations, explore);        a score for every item of every session
//   turn.Select(i, slate);                  the slate of one of them: the top K inside its plan

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/data/dataset.h"

namespace lerl {

class AgentTurn {
 public:
  // Both must outlive it. The width of the agent's action is fixed from here on. With
  // `published_mask` items outside the plan are not left out but score 0 (ApplyProductMask).
  AgentTurn(const Dataset& dataset, Agent& agent, bool published_mask = false);

  // Asks the agent about n observations, which must live until the last Select. Throws
  // Error(kUnusable) for a score that is not finite.
  void Act(std::span<const Observation> observations, bool explore);
  // Writes the slate [K] of observation `i`: the best of its scores inside its plan and not
  // excluded, best first.
  void Select(size_t i, std::span<int32_t> slate);

  std::span<const float> scores() const { return scores_; }    // [n, I]
  std::span<const float> actions() const { return actions_; }  // [n, A]
  std::span<const float> action(size_t i) const {              // [A]
    return std::span(actions_).subspan(i * width_, width_);
  }

 private:
  const Dataset& dataset_;
  Agent& agent_;
  const size_t items_, width_;
  const bool published_mask_;
  std::span<const Observation> observations_;
  std::vector<float> scores_, actions_;  // [n, I], [n, A]
  std::vector<uint8_t> inside_;          // [I] of the plan of the last Select
  const std::vector<uint8_t> nothing_;   // [I] zeros, for observations that exclude nothing
};

}  // namespace lerl
