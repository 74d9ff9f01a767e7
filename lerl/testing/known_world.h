#pragma once
// For tests: worlds so small that the best policy is computed exactly, by dynamic programming.
//
// A user is of one of a few types and has a level of saturation l. Both decide with which
// probability an item of category c is liked; the level follows from what was shown:
//   y_k ~ Bernoulli(chance[type][l][c])
//   r   = mean_k y_k, or the mean chance  l' = next[type][l][c of the first item]
// The type shows in the user's past alone. Plans are given: session s is under plan
// (first_s + t) mod P at step t, so that the agent's mask changes from step to step.
//
//   V_t(l) = max over slates inside the plan of E r + V_t+1(l')        (Worth of kBest)
// kRandom takes the mean over slates in place of the maximum; kMyopic the slate of the largest E r.

#include <cstdint>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/base/rng.h"

namespace lerl {

struct KnownRules {
  int users_per_type = 1, items_per_category = 1, steps = 1, slate = 1;
  bool drawn = true;  // rewards are of the answers drawn, not their chances
  std::vector<std::vector<std::vector<double>>> chance;  // [types][levels][C]
  std::vector<std::vector<std::vector<int>>> next;       // [types][levels][C]
  std::vector<std::vector<uint8_t>> plans;               // [P][C]

  int types() const { return static_cast<int>(chance.size()); }
  int categories() const { return static_cast<int>(plans[0].size()); }
};

// Four types of users, four categories, slates of two, plans of two categories. Each type likes
// another category.
KnownRules BanditWithCategories();
// Two types of users, two categories, slates of one. The sweet category pays most at every level,
// but half as much right after it was shown; the plain one pays a little and lets the user recover.
// The best policy alternates, the myopic one shows what is sweet. Which category is sweet differs
// between the types, so that whatever list is shown to all earns about what chance does.
KnownRules ChainWithSaturation();

class KnownWorld {
 public:
  // With `permute` the likes of the past and of every session that is learned from are shuffled.
  explicit KnownWorld(KnownRules rules, bool permute = false);

  AgentContext Context(uint64_t seed) const {
    return {.dataset = dataset_,
            .split = split_,
            .factors = factors_,
            .slate = rules_.slate,
            .seed = seed};
  }

  // One iteration: `sessions` of users drawn, with exploration, and the agent's update.
  void Learn(Agent& agent, int sessions, uint64_t seed) const;
  // Expected reward of a session without exploration: each user under each first plan.
  double Judge(Agent& agent) const;

  enum class Policy { kBest, kRandom, kMyopic };
  // The same for a policy that knows the world.
  double Worth(Policy policy) const;

 private:
  struct Session {
    int32_t user = 0;
    int first_plan = 0, level = 0;
  };
  void MakeItems();
  void MakePasts(bool permute);
  int TypeOf(int32_t user) const { return user % rules_.types(); }
  int CategoryOf(int32_t item) const { return item % rules_.categories(); }
  std::span<const uint8_t> Plan(const Session& session, int step) const;
  double Chance(int type, int level, int32_t item) const;
  int NextLevel(int type, int level, int32_t item) const;
  // Plays sessions side by side and returns the mean of their expected rewards.
  double Play(Agent& agent, std::vector<Session> sessions, bool explore, Rng& rng,
              SessionLog& log) const;
  void Show(SessionLog& log, Session& session, size_t cell, Rng& rng, double& total) const;
  double Value(Policy policy, const Session& session, int step) const;
  std::vector<std::vector<int32_t>> Slates(std::span<const uint8_t> plan) const;
  std::vector<Session> AllSessions() const;

  const KnownRules rules_;
  const bool permute_;
  Dataset dataset_;
  Split split_;
  ItemFactors factors_;
};

}  // namespace lerl
