#pragma once
// For tests: worlds so small that the best policy is computed exactly, by dynamic programming.
//
// A user is of one of a few types and has a level of saturation l, which starts at 0. Type and
// level decide how likely an item is liked; type, level and the first item of a slate decide the
// next level:
//
//   y_k ~ Bernoulli(p_k),  p_k = chance[type][l][c_k]
//   r   = mean_k y_k where `drawn`, otherwise mean_k p_k
//   l'  = next[type][l][c_1]
//
//   c_k   category of the k-th item of the slate
//   r     reward of the step
//
// The type shows in the user's past alone. Plans are given: at step t session s is under plan
// (first_s + t) mod P, so the agent's mask changes from step to step.
//
// What a policy that knows the world is worth (KnownWorld::Worth) follows from its value V, which
// is 0 after the last step:
//
//   kBest     V_t(l) = max over slates inside the plan of E r + V_t+1(l')
//   kRandom   V_t(l) = mean over slates inside the plan of E r + V_t+1(l')
//   kMyopic   V_t(l) = E r + V_t+1(l') of the slate inside the plan with the largest E r

#include <cstdint>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/base/rng.h"

namespace lerl {

struct KnownRules {
  int users_per_type = 1, items_per_category = 1, steps = 1, slate = 1;
  bool drawn = true;  // rewards are means of drawn answers, not of their chances
  std::vector<std::vector<std::vector<double>>> chance;  // [types][levels][C]
  std::vector<std::vector<std::vector<int>>> next;       // [types][levels][C]
  std::vector<std::vector<uint8_t>> plans;               // [P][C]

  int types() const { return static_cast<int>(chance.size()); }
  int categories() const { return static_cast<int>(plans[0].size()); }
};

// Four types of users, four categories, slates of two items and plans of two categories. Each type
// likes another category.
KnownRules BanditWithCategories();
// Two types of users, two categories, slates of one item. The sweet category pays most at every
// level, but half as much right after it was shown; the plain one pays less and lets the user
// recover. The best policy alternates; the myopic one always shows the sweet category. Which one is
// sweet differs between the types, so the same list for all earns about what chance does.
KnownRules ChainWithSaturation();

// Two steps, one type of users, categories A, B and X, slates of one item. A and B pay .3 at first.
// After A, X pays 1 and all else nothing; after B, A and B pay .6 and X nothing. The second plan
// holds X in one session of three. So a policy that does not see the plan does best with B first,
// which earns .9, where A earns .3 + 1/3; a target that values items outside the plan takes A for
// worth 1.3.
KnownRules PlanHidesThePrize();

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

  // One iteration: plays `sessions` sessions of drawn users with exploration and updates the agent.
  void Learn(Agent& agent, int sessions, uint64_t seed) const;
  // Mean expected reward of a session without exploration, over each user under each first plan.
  double Judge(Agent& agent) const;

  enum class Policy { kBest, kRandom, kMyopic };
  // The same for a policy that knows the world, exactly.
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
