#pragma once
// TrainedAgent: a learned policy in play, without libtorch. It is loaded from the checkpoint of the
// agent that learned it and shows what that agent shows without exploration, up to rounding. It
// can't learn or explore.
//
//   s      = [e, plan, dominant categories, budget]       as in agents/learning/learning_agent.h
//   scores = X f(s) + v(s) + b                                                                 (1)
//
//   f(s)   [A] what the network says in the state: a virtual item or the weights of item vectors
//   X      item vectors [I, A] of the checkpoint; of `hac` a learned linear map of them
//   v, b   a value of the state, and a bias [I] per item, of agents that have them
// Every learning agent but `her4if` has this form; PlayedForm says how its parts are named.
//
// In `her4if` a high level weighs groups of items, and f and b are those of the low level, whose
// state has the preferences u and the weights w beside s:
//
//   w      = G softmax(h([s, u])),   w' = max(w, floor)                                        (2)
//   scores = X f([s, u, w']) + b + log(x w')                                                   (3)
//
//   G, x   groups, and the shares [I, G] of items in them (agents/items/item_groups.h)
// The action that is written begins with w'.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/items/item_groups.h"
#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/session_tokens.h"
#include "lerl/agents/playing/state_reader.h"
#include "lerl/nn/dense.h"

namespace lerl {

// The names of a checkpoint's arrays for equation (1). An empty name: there is none.
struct PlayedForm {
  std::string head;             // of f
  bool bounded = false;         // f is a tanh
  bool has_value = false;       // the head's last output is v
  std::string bias = {};        // of b
  std::string item_map = {};    // of the linear map of item vectors
  bool acts = true;             // f(s) is the agent's action
  std::string high_level = {};  // of h in equation (2)
};

// How `her4if` groups items (agents/her4if.h).
struct PlayedGroups {
  std::string kind;
  double popular_share = 0, memory = 0, floor = 0;
};

class TrainedAgent : public Agent {
 public:
  TrainedAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
               PlayedForm form, const std::optional<PlayedGroups>& groups = std::nullopt);

  std::string name() const override { return name_; }
  bool learns() const override { return true; }
  int action_width() const override;
  // Both throw Error(kUsage) before Load: a policy that nobody trained shows nothing.
  void Prepare(int slots) override;
  void Start(int slot, int32_t user) override;
  // Throws Error(kUsage) when asked to explore.
  void Act(std::span<const Observation> observations, bool explore, std::span<float> scores,
           std::span<float> actions) override;
  void Observe(std::span<const Shown> shown) override;
  // Throws Error(kUsage): it was read from a file and is no more than that.
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 private:
  std::vector<float> StatesOf(std::span<const Observation> observations) const;  // [n, S]
  std::vector<float> WithGroups(std::span<const Observation> observations,
                                std::span<const float> states, std::vector<float>& weights) const;
  void AddOffsets(std::span<const float> weights, std::span<float> scores) const;
  size_t state_width() const;

  const std::string name_;
  const Dataset& dataset_;
  const Split& split_;
  const int slate_;
  const LearnerConfig learner_;
  const PlayedForm form_;
  const std::optional<PlayedGroups> grouping_;
  const ItemGroups groups_;
  const size_t items_, width_;  // I, A
  std::vector<float> vectors_;  // E [I, A]
  std::optional<SessionTokens> tokens_;
  std::optional<StateReader> states_;
  DenseHead head_, high_;
  Dense product_;                             // X and b
  std::vector<GroupPreference> preferences_;  // by slot
};

}  // namespace lerl
