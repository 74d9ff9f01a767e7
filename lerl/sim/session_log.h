#pragma once
// SessionLog: what happened in a batch of whole sessions, as columns. Agents learn from it, metrics
// and reports read it.
//
// Axes: S sessions, T steps (the longest possible), K slate, C categories, A width of an action.
// Cell (s, t) of a column is at s * T + t; steps from length[s] on are zero.

#include <cstdint>
#include <string>
#include <vector>

namespace lerl {

struct SessionLog {
  int64_t sessions = 0, max_steps = 0, slate = 0, categories = 0, action_width = 0;

  // What the environment kept from being shown (its settings of these names).
  bool exclude_history = true, allow_repeats = false;
  std::vector<uint8_t> never_shown;  // [I] 1 = shown to nobody in this task; empty: no such item

  std::vector<int32_t> user;        // [S]
  std::vector<uint64_t> seed;       // [S] session seed
  std::vector<int32_t> length;      // [S] steps taken
  std::vector<uint8_t> terminated;  // [S] the user left
  std::vector<uint8_t> truncated;   // [S] the limit cut the session

  std::vector<int32_t> items;       // [S, T, K]
  std::vector<uint32_t> responses;  // [S, T, K] bits
  std::vector<float> reward;        // [S, T] drawn
  std::vector<float> expected;      // [S, T] expected
  std::vector<float> action;        // [S, T, A] what the agent did (virtual item), for learning

  // Tasks whose sessions are several visits (sim/cross_session_env.h); all 0 in the others.
  std::vector<uint8_t> return_days;  // [S, T] at the last step of a visit: days until the next
  double gap_discount = 1;           // on the discount across the days between visits
  bool learn_responses = true;       // rewards count in what is learned
  double return_weight = 0;          // what is learned of d days away: -return_weight * d / 10

  std::vector<uint8_t> plan;      // [S, T, C] 1 = in the plan as used (after widening)
  std::vector<uint8_t> dominant;  // [S, T, C] dominant categories of the slate BEFORE this step
  std::vector<float> budget;      // [S, T] share of budget left BEFORE this step
  std::vector<int16_t> ranking;   // [S, T, C] the planner's ranking, padded with -1
  std::vector<uint8_t> origin;    // [S, T] PlanOrigin
  std::vector<uint8_t> widened;   // [S, T] categories added because too few items were left

  // What was true BEFORE each step, for metrics: in the evolving-interest task, and where the
  // player is asked for it; otherwise empty, as in all that agents learn from.
  struct Truth {
    std::vector<float> interest;   // [S, T, C] theta (sim/evolving/evolving_state.h)
    std::vector<float> tiredness;  // [S, T, C] kappa f
    std::vector<float> worth;      // [S, T, C] Env::OracleCategoryRewards
    std::vector<uint8_t> latent;   // [S, C] 1 = an interest that the user's past is silent on
    bool empty() const { return interest.empty(); }
  } truth;

  void Resize(int64_t num_sessions, int64_t steps, int64_t slate_size, int64_t num_categories,
              int64_t width);
  void AddTruth();  // after Resize
  size_t Cell(int64_t session, int64_t step) const {
    return static_cast<size_t>(session * max_steps + step);
  }

  // What agents learn from: the drawn reward and, at the end of a visit, the price of days away.
  float LearningReward(size_t cell) const;
  // Factor on the discount after a step, [0, 1]: 0 where the user left for good, gap_discount
  // between visits, otherwise 1 (a session that was cut goes on).
  float Continuation(int64_t session, int64_t step) const;
};

// Every column with its name, for reading, writing and copying: visit(name, vector).
template <typename Log, typename Visit>
void VisitColumns(Log& log, const Visit& visit) {
  visit("user", log.user);
  visit("seed", log.seed);
  visit("length", log.length);
  visit("terminated", log.terminated);
  visit("truncated", log.truncated);
  visit("items", log.items);
  visit("responses", log.responses);
  visit("reward", log.reward);
  visit("expected", log.expected);
  visit("action", log.action);
  visit("return_days", log.return_days);
  visit("plan", log.plan);
  visit("dominant", log.dominant);
  visit("budget", log.budget);
  visit("ranking", log.ranking);
  visit("origin", log.origin);
  visit("widened", log.widened);
}

}  // namespace lerl
