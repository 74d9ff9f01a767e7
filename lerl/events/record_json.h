#pragma once
// Records as JSON: the lists inside a row of a database, and sessions and items as lines of an
// export.
// Numbers are written with as many digits as bring back the same bits.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"

namespace lerl {

// Columns of a row. Reading throws Error(kData), since a store wrote them.
std::string TextOfTexts(const std::vector<std::string>& texts);
std::string TextOfNumbers(const std::vector<double>& numbers);
std::string TextOfBehaviours(const std::map<std::string, double>& behaviours);
std::vector<std::string> TextsOf(const std::string& column);
std::vector<double> NumbersOf(const std::string& column);
std::map<std::string, double> BehavioursOf(const std::string& column);

// A session as an object:
//
//   {"id", "user", "policy", "seed", "started_us", "ended_us", "end", "split" (where one is),
//    "slates": [{"step", "shown_us", "request", "version", "items", "probabilities",
//                "log_probability", "temperature", "candidates", "candidates_hash", "plan_hash",
//                "plan", "origin", "reason"}],
//    "feedback": [{"number", "event", "step", "item", "behaviours", "happened_us", "received_us"}]}
nlohmann::json ToJson(const StoredSession& session);
// The session of such an object. Throws Error(kUsage) that names the field: where one is missing,
// unknown, of another type or out of range, or where numbers are not 1, 2 ...
StoredSession StoredSessionOf(const nlohmann::json& json);

// An item as an object {"item": {"id", "title", "categories", "text", "added_us", "withdrawn_us",
// "shown"}}, and back, likewise. Items are numbered anew wherever they come to.
nlohmann::json ToJson(const ItemRecord& item);
bool IsItem(const nlohmann::json& json);
ItemRecord ItemRecordOf(const nlohmann::json& json);

}  // namespace lerl
