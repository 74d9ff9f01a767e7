#pragma once
// AgentTurn: the agent's part of a step, for a batch of sessions. All who play take it alike: the
// training loop (train/player.h), sessions imagined by a user model, and the worlds of tests.
//
//   turn.Act(observations, explore);        a score for every item of every session
//   turn.Select(i, slate);                  the slate of one of them: the top K inside its plan
//
// Where nobody asks for the scores, an agent with an index of its items need not compute them all:
// the slates are the same, found by a search (nn/item_index.h).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/data/dataset.h"

namespace lerl {

class AgentTurn {
 public:
  struct Options {
    bool published_mask = false;  // items outside the plan are not left out but score 0
                                  // (ApplyProductMask)
    bool scores = true;           // scores() will be asked for
    int threads = 1;              // of a search
  };
  // Both must outlive it. The width of the agent's action is fixed from here on.
  AgentTurn(const Dataset& dataset, Agent& agent) : AgentTurn(dataset, agent, Options{}) {}
  AgentTurn(const Dataset& dataset, Agent& agent, const Options& options);

  // Asks the agent about n observations, which must live until the last Select. Throws
  // Error(kUnusable) for a score or an action that is not finite.
  void Act(std::span<const Observation> observations, bool explore);
  // Writes the slate [K] of observation `i`: the best of its scores inside its plan and not
  // excluded, best first.
  void Select(size_t i, std::span<int32_t> slate);

  std::span<const float> scores() const { return scores_; }    // [n, I]; empty after a search
  std::span<const float> actions() const { return actions_; }  // [n, A]
  std::span<const float> action(size_t i) const {              // [A]
    return std::span(actions_).subspan(i * width_, width_);
  }

 private:
  void Search(size_t k);

  const Dataset& dataset_;
  Agent& agent_;
  const size_t items_, width_;
  const Options options_;
  std::span<const Observation> observations_;
  std::vector<float> scores_, actions_;  // [n, I], [n, A]
  std::vector<uint8_t> inside_;          // [I] of the plan of the last Select
  const std::vector<uint8_t> nothing_;   // [I] zeros, for observations that exclude nothing
  const ItemIndex* index_ = nullptr;     // that the last Act left the slates to
  std::vector<int32_t> found_;           // [n, K] by it
};

}  // namespace lerl
