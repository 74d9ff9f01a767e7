#pragma once
// SessionLog: what happened in a batch of whole sessions, as columns. Agents learn from it, and
// metrics and reports read it.
//
// Axes: S sessions, T steps of the longest possible session, K slate, I items, C categories,
// A width of an action, F behaviours. Cell (s, t) of a column stands at s * T + t. From step
// length[s] on, the cells are zero (-1 in `ranking`).

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/index.h"
#include "lerl/base/tensor_file.h"

namespace lerl {

struct SessionLog {
  int64_t sessions = 0, max_steps = 0, slate = 0, categories = 0, action_width = 0;

  // What the environment did not show: its settings of the same names.
  bool exclude_history = true, allow_repeats = false;
  std::vector<uint8_t> never_shown;  // [I] 1 = shown to nobody in this task; empty: all are shown
  // What each behaviour counts in the reward, w [F]; empty: 1 for the first and 0 for the others.
  std::vector<double> reward_weights;
  // What a response to each item counts for beside that, by its price, g [I] (sim/session_env.h);
  // empty: 1 for all.
  std::vector<float> price_factors;

  std::vector<int32_t> user;        // [S]
  std::vector<uint64_t> seed;       // [S] session seed
  std::vector<int32_t> length;      // [S] steps taken
  std::vector<uint8_t> terminated;  // [S] the user left
  std::vector<uint8_t> truncated;   // [S] the limit cut the session
  std::vector<float> budget_after;  // [S] share of the budget left AFTER the last step; 1 until set

  std::vector<int32_t> items;       // [S, T, K]
  std::vector<uint32_t> responses;  // [S, T, K] drawn; bit f is behaviour f
  std::vector<float> reward;        // [S, T] of the drawn responses
  std::vector<float> expected;      // [S, T] of the probabilities, in place of the draws
  std::vector<float> action;        // [S, T, A] what the agent drew (a virtual item), for learning

  // For tasks whose sessions are several visits (sim/cross_session_env.h). Everywhere else the
  // column is 0 and the settings keep these values.
  std::vector<uint8_t> return_days;  // [S, T] days until the user comes back; 0 within a visit
  double gap_discount = 1;           // factor on the agent's discount between two visits
  bool learn_responses = true;       // whether the reward of a step counts in LearningReward
  double return_weight = 0;          // weight of the days away in LearningReward

  std::vector<uint8_t> plan;      // [S, T, C] 1 = in the plan as used (after widening)
  std::vector<uint8_t> dominant;  // [S, T, C] 1 = dominant in the slate BEFORE this step
  std::vector<float> budget;      // [S, T] share of the budget left BEFORE this step
  std::vector<int16_t> ranking;   // [S, T, C] the planner's ranking, padded with -1
  std::vector<uint8_t> origin;    // [S, T] PlanOrigin
  std::vector<uint8_t> widened;   // [S, T] categories added because too few items were left

  // What was true BEFORE each step of the evolving-interest task. Only metrics read it: the player
  // fills it where it is asked to, and it is empty in every log that agents learn from.
  struct Truth {
    std::vector<float> interest;      // [S, T, C] theta (sim/evolving/evolving_state.h)
    std::vector<float> fatigue_cost;  // [S, T, C] kappa f (sim/evolving/evolving_state.h)
    std::vector<float> worth;         // [S, T, C] Env::OracleCategoryRewards
    std::vector<uint8_t> latent;      // [S, C] 1 = an interest that the user's past is silent on
    bool empty() const { return interest.empty(); }
  } truth;

  // Sizes all columns but `truth`, which it empties; cells are zero (-1 in `ranking`).
  void Resize(int64_t num_sessions, int64_t steps, int64_t slate_size, int64_t num_categories,
              int64_t width);
  void AddTruth();  // sizes `truth`, all zero; call it after Resize
  size_t Cell(int64_t session, int64_t step) const { return At(session * max_steps + step); }

  // The reward that agents learn from, with d the cell's return_days:
  //   reward (0 unless learn_responses) - return_weight * d / 10
  float LearningReward(size_t cell) const;
  // The part of LearningReward that no response explains: - return_weight * d / 10.
  float ReturnReward(size_t cell) const;
  // What the response to the k-th item of a cell's slate counts in LearningReward, before the mean
  // over the slate: g_k sum_f w_f y_f, or 0 unless learn_responses.
  float ResponseCredit(size_t cell, int64_t k) const;
  // The factor, in [0, 1], on the agent's discount after a step: 0 where the user left for good,
  // gap_discount between visits, and 1 everywhere else, also where a session was cut. An agent that
  // sees the budget knows when a limit is due: for it a session that was cut with no budget left is
  // over (0), as for one whose state holds the time (Pardo et al. 2018, arXiv 1712.00378).
  float Continuation(int64_t session, int64_t step, bool sees_budget = false) const;
};

// Sizes a log whose columns stand in a file under PREFIX and their names; `axes` are sessions,
// steps, slate, categories and width of an action. Throws Error(kCheckpoint) unless they are those
// of the columns items, plan, action and reward, before it takes any memory.
void ResizeForColumns(const std::array<int64_t, 5>& axes, const std::string& prefix,
                      const Arrays& arrays, SessionLog& log);

// Throws Error(kCheckpoint) where a log that was read from a file names a user, an item, a category
// or a step that is out of range, or holds a number that is not finite.
void RequireInRange(const SessionLog& log, int64_t users, int64_t items);

// sum_f w_f y_f of the behaviours in `responses`, bit f is y_f; without weights y_0.
float WeighResponses(std::span<const double> weights, uint32_t responses);

// g of an item out of factors [I]; 1 without factors.
inline float PriceFactor(std::span<const float> factors, int32_t item) {
  return factors.empty() ? 1.0f : factors[At(item)];
}

// Calls visit(name, column) for every column but those of `truth`. Reading, writing and copying a
// log are written with it.
template <typename Log, typename Visit>
void VisitColumns(Log& log, const Visit& visit) {
  visit("user", log.user);
  visit("seed", log.seed);
  visit("length", log.length);
  visit("terminated", log.terminated);
  visit("truncated", log.truncated);
  visit("budget_after", log.budget_after);
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
