#pragma once
// What a leave rule rewards: sessions under plans of several kinds. Slates are the response model's
// own best items inside the plan, an oracle in place of a learned low level. The table shows what
// planning is worth at most, and which controls a study needs.
//
// Settings: K as given, T = 20, similarity off (rho = 0), no repeats within a session, items of the
// history may be shown, rewards are expected ones. A plan with fewer than K items left is dropped
// for that step. Under `lerl_slots` every item has one category, its rarest, for the plan's mask
// too, and each row stands beside its re-ordered version (sim/rules/reorder.h).
//
// Two rows need a word:
//
//   popularity   ranks by likes in the rows that the `mf` fit sees. All users get the same sequence
//                of slates, so its session length is a whole number, which moves by 1 or 2 with
//                which rows those are.
//   bound        each user's K T best items in the first state, as if there were no rule. It is a
//                bound only for models without history (`mf`).
//
// Reference: the figures measured in a prototype with the `mf` response model on MovieLens-100K and
// K = 6.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

inline constexpr int64_t kReferenceSlateSize = 6;  // K of the reference figures

struct OracleRow {
  std::string rule;    // "lerl", "lerl_slots"
  std::string policy;  // "round robin, 1 category"
  bool reordered = false;
  double steps = 0;   // mean session length
  double reward = 0;  // mean sum of expected rewards
  std::optional<double> reference_steps, reference_reward;
  double per_step() const { return steps > 0 ? reward / steps : 0; }
};

// The rows of both rules, over one session of each of `users`, in slates of K = slate_size items.
// Throws Error(kConfig) where the data set has fewer items.
std::vector<OracleRow> OracleTable(const Dataset& dataset, const Split& split,
                                   const ResponseModel& model, std::span<const int32_t> users,
                                   int64_t slate_size);

// As a table for people; with the reference figures beside it when `with_reference`.
std::string OracleText(std::span<const OracleRow> rows, bool with_reference);
nlohmann::json OracleJson(std::span<const OracleRow> rows);

}  // namespace lerl
