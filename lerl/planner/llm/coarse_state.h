#pragma once
// CoarseState: what a prompt shows of a running session. It is coarse on purpose, because the
// answers of a language model are kept by it. The setting `planner.llm.state` says how coarse:
//
//   "full"    the user's favourites, the dominant categories of the last slate and how it was
//             received, and the categories seen too often in this session (three at most)
//   "pair"    (f_1, b)          C + 1 choices for each, so few that a table can hold them all
//   "triple"  (f_1, f_2, b)
//
//   f_i   the i-th of the user's long-term favourites, by likes before the session
//   b     the category that the user liked last in this session. Where nothing was liked yet, the
//         category that dominates the last slate most. Before the first slate there is none.
//
// Beside that it has the user's wish, where there is one without a problem (wishes/wish_text.h); a
// plan table, whose states are few, has none.
//
// Axes: C categories.

#include <vector>

#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"
#include "lerl/planner/profiles/user_profiles.h"

namespace lerl {

// `user` is the user's name, already safe, or "" where prompts name nobody.
PlanState CoarseState(const LlmPlannerConfig& config, UserProfiles& profiles,
                      const std::string& user, const PlanRequest& request);

// Every state that CoarseState can return for "pair" or "triple" with this many categories, as long
// as prompts name nobody: C (C + 1) pairs or C (C - 1) (C + 1) triples.
std::vector<PlanState> AllCoarseStates(const std::string& kind, int64_t categories);

}  // namespace lerl
