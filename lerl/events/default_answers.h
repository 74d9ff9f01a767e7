#pragma once
// What EventStore::AnswerByDefault does inside one transaction of a database.

#include <cstdint>
#include <map>
#include <string>

#include "lerl/events/event_store.h"
#include "lerl/events/sql.h"

namespace lerl {

EventStore::DefaultAnswers AnswerRowsByDefault(Sql& sql, int64_t before_us, int64_t now_us,
                                               const std::map<std::string, double>& behaviours,
                                               int64_t most);

}  // namespace lerl
