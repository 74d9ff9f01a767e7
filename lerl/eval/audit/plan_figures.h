#pragma once
// What the audit measures of each plan; eval/audit/planner_audit.h defines the figures.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lerl/eval/statistics.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

inline constexpr int64_t kJudgedFirst = 5;  // of a ranking, by NDCG@5 and recall@5

// A plan for a user in one state, and what it is measured by.
struct JudgedPlan {
  const SlotPlan& plan;
  const std::vector<uint8_t>* before;  // [C] the plan of the state before; null in the first state
  const CategoryCounts& next;          // the user's next likes
  std::span<const float> worth;        // [C] in the simulator at the start
  const CategoryCounts& everyone;      // all training rows
};

// The values of users, per metric and seed, as means over the states.
class PlanFigures {
 public:
  PlanFigures(size_t seeds, size_t users, int64_t states, int64_t categories);

  // To be called once for each state, with the index of seed and user.
  void Add(size_t seed, size_t user, const JudgedPlan& judged);
  std::vector<std::pair<std::string, CrossedTable>> Tables() const;

 private:
  void Add(const std::string& name, size_t seed, size_t user, double value);

  const int64_t states_;
  std::vector<std::pair<std::string, std::vector<SessionValues>>> means_;
  std::vector<SessionValues> planned_;
};

}  // namespace lerl
