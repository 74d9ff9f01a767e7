#pragma once
// Leave rules: when a user ends a session. Rules are combined by configuration: the user leaves
// when one of them says so.
//
//   lerl             a budget of T; each step costs 1, and 1 more if the slate shares a dominant
//                    category with the previous slate. Dominant: carried by most items of the
//                    slate, with ties all of them; an item without a category carries the category
//                    `none`. The step on which the budget reaches 0 is the last. T_int lies in
//                    [T / 2 + 1, T].
//   lerl_slots       a budget of T; each step costs 1, and 1 more if in some slot the item has the
//                    category (its rarest) of the item in that slot of the previous slate. The rule
//                    of LERL's public code.
//   temper           starts at `temper`, each step adds clip(r - 2, -2, 0); leaves below
//                    `temper_leave_below`. KuaiSim's rule: nearly the same length for every policy.
//   category_window  leaves when a category of a shown item occurs more than n times among the
//                    last N items shown before this slate; items without a category count nowhere.
//   distance_window  leaves when a shown item is nearer than d to one of the last N items shown
//                    before this slate: Euclidean, between the columns of the matrix that the
//                    matrix task reads its rewards from (so for that task alone). An item is at
//                    distance 0 from itself.
//   max_steps        the session is truncated after T steps.
//
// compat_window, for both windows: while t < N items have been shown before the slate, only the
// last min(t, N - t) of them are looked at. That is what the published code's slice [t - N : t]
// gives, whose start is negative then and counts from the end.
//
// Reference: LERL (arXiv 2601.19585), section on the simulator; KuaiSim (arXiv 2309.12645); CIRS
// (arXiv 2204.01266) and DORL (arXiv 2307.04571) for the windows; EasyRL4Rec (arXiv 2402.15164) for
// the distance.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"

namespace lerl {

class MatrixTruth;
struct EnvConfig;

// What a rule sees of one step.
struct ShownSlate {
  std::span<const int32_t> items;  // [K]
  float reward = 0;                // drawn
};

class LeaveRule {
 public:
  virtual ~LeaveRule() = default;
  virtual void Start(int slot) = 0;
  // True if the session ends with this step.
  virtual bool Step(int slot, const ShownSlate& shown) = 0;
  // Share of what the user is willing to spend that is left, [0, 1]; 1 where the rule has no such
  // thing.
  virtual float Left(int slot) const = 0;
};

struct LeaveRuleRow {
  std::string_view name;
  std::string_view what;    // in one line
  std::string_view source;  // whose rule it is
  bool truncates;       // an end by this rule is a cut, not a leave
  // The data set must outlive the rule.
  std::unique_ptr<LeaveRule> (*make)(const Dataset& dataset, const EnvConfig& config, int slots);
};

std::span<const LeaveRuleRow> LeaveRuleRows();

// The rule distance_window, whose row in the table can't make it for lack of a matrix and throws
// Error(kConfig). The matrix must outlive it.
std::unique_ptr<LeaveRule> MakeDistanceWindow(const MatrixTruth& matrix, const EnvConfig& config,
                                              int slots);

// Throws Error(kConfig) naming the nearest known rule.
const LeaveRuleRow& FindLeaveRule(std::string_view name);

// The steps after which every session has ended, whatever is shown. Throws Error(kConfig) when no
// rule of the configuration is sure to end a session. `largest_reward` is the largest reward of a
// step.
int64_t LongestSession(const EnvConfig& config, double largest_reward = 1.0);

// Which categories most items of the slate carry: [C + 1], 0 or 1; the last is the category `none`.
std::vector<uint8_t> DominantCategories(const Dataset& dataset, std::span<const int32_t> items);
// The same without the last, written to `dominant` [C].
void MarkDominantCategories(const Dataset& dataset, std::span<const int32_t> items,
                            std::span<uint8_t> dominant);

}  // namespace lerl
