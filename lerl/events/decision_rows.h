#pragma once
// Decisions of experiments inside one transaction of a database (events/sql_records.h).

#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/events/sql.h"

namespace lerl {

// Returns whether the decision is to be kept: false where there is one on the policy.
bool AddDecisionRow(Sql& sql, const DecisionRecord& decision);
std::vector<DecisionRecord> DecisionRows(Sql& sql, const std::string& experiment);

}  // namespace lerl
