#pragma once
// Errors of plans: at which steps of whole sessions a plan is wrong, and in what way. A plan is
// judged by the first plan_size categories of its ranking, R, and each class has the steps in which
// it could be made:
//
//   class              the plan ...                                  of the steps in which ...
//   invalid            is a fallback                                 (all)
//   stale              is that of the step before                    nothing of the slate was liked
//   saturated          holds a category whose exposure is            there is such a category
//                      `saturated` or more and of which nothing in
//                      the last slate was liked
//   ignores history    holds none of the five categories that the    the user likes five or more
//                      user likes most                               items
//   ignores the wish   holds what the wish refuses, or nothing of    the user has said a wish
//                      what it asks for
//   popular            is what everybody likes most                  the user likes something else,
//                                                                    and five or more items
//   misses an          holds no latent interest that is worth        there is such an interest
//   interest           planning now and is not found yet
//
// What a user likes: the training rows and the session so far (CategoryCounts). A latent interest
// (sim/evolving/evolving_users.h) is found once an item of it was liked in the session, and worth
// planning while the simulator has it among the plan_size best candidates. Only tasks with a truth
// have any. The exposure is that of planner/session_state.h.
//
// `worth` is the sum over R of the worth of a category at that step, over that of the plan_size
// best candidates: 1 is the plan of one who knows the simulator.
//
// An error is no proof of a bad planner: one that never shows anything new makes few of the first
// kinds and misses every latent interest. Rates of several planners stand side by side.
//
// Axes: S sessions, C categories.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/eval/metrics/metric.h"
#include "lerl/wishes/wish_writer.h"

namespace lerl {

enum class PlanError : uint8_t {
  kInvalid,
  kStale,
  kSaturated,
  kHistory,
  kWish,
  kPopular,
  kMissesInterest
};
inline constexpr std::array<std::string_view, 7> kPlanErrors = {
    "invalid",          "stale",   "saturated",         "ignores history",
    "ignores the wish", "popular", "misses an interest"};

struct PlanErrorInput {
  const Dataset& dataset;
  const Split& split;
  int64_t plan_size = 1;
  double decay = 0.8;                        // of the exposure
  double saturated = 1;                      // exposure
  std::span<const WishCategories> wishes{};  // [S]; empty: nobody says any
};

// The first error of its class in a session.
struct PlanFault {
  PlanError error = PlanError::kInvalid;
  int64_t session = 0;
  int step = 0;

  bool operator==(const PlanFault&) const = default;
};

struct PlanErrorTally {
  std::array<SessionValues, kPlanErrors.size()> errors{};  // ratios: [S] steps
  SessionValues worth{};                                   // a ratio; empty without a truth
  std::vector<PlanFault> faults{};                         // by session, then by step
};

// Throws Error(kConfig) where the log has no rankings, as of a planner that ranks nothing.
PlanErrorTally TallyPlanErrors(const SessionLog& log, const PlanErrorInput& input);

}  // namespace lerl
