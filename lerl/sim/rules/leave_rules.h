#pragma once
// Leave rules: when a user ends a session. A configuration may combine several rules; the user
// leaves as soon as one of them says so. In step t the user is shown the slate a_t, with item a_t,k
// in position k, and gives the drawn reward r_t. C(i) are the categories of item i, and [ ] is 1
// where the statement holds, else 0.
//
// lerl: the user has a budget, and a slate that repeats the previous one costs double.
//   left_0   = T
//   left_t   = left_t-1 - 1 - repeat_t
//   repeat_t = [ D(a_t) and D(a_t-1) share a category ],   repeat_1 = 0
//   leave_t  = [ left_t <= 0 ]
//     T      env.budget
//     D(a)   the dominant categories: those that most items of the slate carry; on a tie, all of
//            the tied ones
//   An item without a category carries the category `none`, which counts like any other. A session
//   has between T / 2 + 1 (rounded down) and T steps.
//
// lerl_slots: the same budget, with the repeat that LERL's public code looks for.
//   repeat_t = [ c(a_t,k) = c(a_t-1,k) for some position k ],  repeat_1 = 0
//     c(i)   the rarest category of item i, or `none`
//
// temper: patience that shrinks with every step, less so with high rewards.
//   temper_0 = env.temper
//   temper_t = temper_t-1 + clip(r_t - 2, -2, 0)
//   leave_t  = [ temper_t < env.temper_leave_below ]
//   With rewards in [0, 1] every policy gets sessions of nearly the same length.
//
// category_window: the user leaves when a category was shown too often of late.
//   leave_t  = [ some category of an item in a_t occurs more than n times in C(j), j in W_t ]
//     W_t    the last N items shown before slate t
//     n, N   env.window_limit, env.window
//   Items without a category count nowhere.
//
// distance_window: the user leaves when an item is too similar to one shown of late.
//   leave_t  = [ |M_i - M_j| < d for some i in a_t, j in W_t ]
//     M_i    column i of the matrix that the matrix task reads its rewards from, so that the rule
//            is for that task alone
//     d      env.window_distance, Euclidean
//   An item is at distance 0 from itself.
//
// max_steps: the session is truncated after env.max_steps steps.
//
// With env.compat_window, both windows are shorter while only t < N items have been shown: W_t then
// holds the last min(t, N - t) of them. The published code gives that by its slice [t - N : t],
// whose start is negative then and counts from the end.
//
// References: LERL (arXiv 2601.19585), its section on the simulator and its public code
// (docs/papers.md#leave-rules-of-lerl); KuaiSim (arXiv 2309.12645) for `temper`; CIRS
// (arXiv 2204.01266) and DORL (arXiv 2307.04571) for the windows; EasyRL4Rec (arXiv 2402.15164) for
// the distance (docs/papers.md#easyrl4rec).

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

struct EnvConfig;

// What a rule sees of one step.
struct ShownSlate {
  std::span<const int32_t> items;  // [K]
  float reward = 0;                // of the drawn responses
};

class LeaveRule {
 public:
  virtual ~LeaveRule() = default;
  virtual void Start(int slot) = 0;
  // Returns true if the session ends with this step.
  virtual bool Step(int slot, const ShownSlate& shown) = 0;
  // The share, in [0, 1], that is left of what the user was willing to spend; 1 for a rule without
  // a budget.
  virtual float Left(int slot) const = 0;
};

// The length of the longest session under a rule that is not sure to end one.
inline constexpr int64_t kNotSure = std::numeric_limits<int64_t>::max();

struct LeaveRuleRow {
  std::string_view name;
  std::string_view what;    // the rule in one line
  std::string_view source;  // the papers that use the rule
  bool truncates;           // a session that this rule ends is truncated, not terminated
  // The steps after which the rule has ended every session, whatever is shown, or kNotSure.
  // `largest_reward` is the largest reward that a step can have.
  int64_t (*longest)(const EnvConfig& config, double largest_reward);
  // The data set must outlive the rule.
  std::unique_ptr<LeaveRule> (*make)(const Dataset& dataset, const EnvConfig& config, int slots);
};

std::span<const LeaveRuleRow> LeaveRuleRows();

// Throws Error(kConfig) on an unknown name, and names the nearest known rule.
const LeaveRuleRow& FindLeaveRule(std::string_view name);

// The least `longest` of the configuration's rules. Throws Error(kConfig) when none of them is sure
// to end a session.
int64_t LongestSession(const EnvConfig& config, double largest_reward = 1.0);

// The dominant categories of a slate: [C + 1], 0 or 1; the last entry is the category `none`.
std::vector<uint8_t> DominantCategories(const Dataset& dataset, std::span<const int32_t> items);
// Writes the same without the entry of `none` to `dominant` [C].
void MarkDominantCategories(const Dataset& dataset, std::span<const int32_t> items,
                            std::span<uint8_t> dominant);

}  // namespace lerl
