#pragma once
// Shadows (events/event_store.h) inside one transaction of a database.

#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/events/sql.h"

namespace lerl {

// Returns whether it was added: there is such a slate, and the policy had not said anything of it.
bool AddShadowRow(Sql& sql, const ShadowRecord& shadow);
std::vector<ShadowRecord> ShadowRows(Sql& sql, const std::string& session);

}  // namespace lerl
