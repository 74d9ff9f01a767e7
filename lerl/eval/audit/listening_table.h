#pragma once
// When a language model is worth listening to (eval/audit/listening_audit.h), as JSON and as text.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/eval/audit/listening_audit.h"

namespace lerl {

// {"held_out", "users", "seeds", "family", "R_cum of learned": INTERVAL, "right_side",
//  "break_even": {"corrupted", "mistaken"},
//  "levels": [{"share", "systematic", "alignment", "weight",
//              "always", "gated": {"gain": INTERVAL, "test": TEST}}]}
nlohmann::json ListeningJson(const ListeningOutcome& outcome);
// The same as text, for people.
std::string ListeningText(const ListeningOutcome& outcome);

}  // namespace lerl
