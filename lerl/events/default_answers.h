#pragma once
// What EventStore::AnswerByDefault does inside one transaction of a database.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/events/sql.h"

namespace lerl {

// What is added for the items of a slate that nobody said anything about, by what was `said` in its
// session.
std::vector<FeedbackRecord> DefaultFeedback(const std::string& session, int32_t step,
                                            std::span<const std::string> items,
                                            std::span<const FeedbackRecord> said,
                                            const std::map<std::string, double>& behaviours,
                                            int64_t now_us);

EventStore::DefaultAnswers AnswerRowsByDefault(Sql& sql, int64_t before_us, int64_t now_us,
                                               const std::map<std::string, double>& behaviours,
                                               int64_t most);

}  // namespace lerl
