#pragma once
// How well readers understand wishes (eval/audit/wishes_audit.h), as JSON and as text.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "lerl/eval/audit/wishes_audit.h"

namespace lerl {

// {"held_out", "phrasings": "learning" or "held-out", "looks", "users", "seeds", "wishes",
//  "rows": [{"row", "planner", "seconds", NAME: INTERVAL for each figure}]}
nlohmann::json WishesJson(const WishesOutcome& outcome, const std::optional<int64_t>& looks);
// The same as text, for people.
std::string WishesText(const WishesOutcome& outcome, const std::optional<int64_t>& looks);

}  // namespace lerl
