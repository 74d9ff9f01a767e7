#pragma once
// What is done with records inside one transaction of a database, the same for all of them.
// Functions that change something return whether that is to be kept; where it is not, the caller
// takes the transaction (or its savepoint) back.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/events/sql.h"

namespace lerl {

void AddSessionRow(Sql& sql, const SessionRecord& session);
std::optional<SessionState> FindSessionRow(Sql& sql, const std::string& id);
bool EndSessionRow(Sql& sql, const std::string& id, int64_t ended_us, const std::string& end);
std::vector<std::string> EndIdleRows(Sql& sql, int64_t before_us, int64_t ended_us, int64_t most);

// The session, which nobody else changes until the transaction ends.
std::optional<SessionState> LockSessionRow(Sql& sql, const std::string& id);

bool AddSlateRow(Sql& sql, const SlateRecord& slate);
std::vector<SlateRecord> SlateRows(Sql& sql, const std::string& session, int32_t first_step);

bool AddFeedbackRows(Sql& sql, std::span<const FeedbackRecord> records,
                     std::vector<FeedbackOutcome>& outcomes);
std::vector<FeedbackRecord> FeedbackRows(Sql& sql, const std::string& session, int64_t after);

std::vector<SessionRecord> SessionsOfRows(Sql& sql, const std::string& user, int64_t before_us,
                                          int64_t most);
std::vector<SessionState> NewestSessionRows(Sql& sql, int64_t most);
// The first `most` sessions behind (after_us, after_id) that began before `to_us`.
std::vector<SessionRecord> SessionRowsAfter(Sql& sql, int64_t after_us, const std::string& after_id,
                                            int64_t to_us, int64_t most);

// The same, of a split.
std::vector<SessionRecord> SessionRowsOfSplit(Sql& sql, const std::string& split, int64_t after_us,
                                              const std::string& after_id, int64_t to_us,
                                              int64_t most);

int64_t DeleteUserRows(Sql& sql, const std::string& user);
// Of those that DeleteBefore is about, `most` at most.
int64_t DeleteRowsBefore(Sql& sql, int64_t before_us, int64_t most);

// Adds what is lacking of a session, and returns whether anything was.
bool ImportRows(Sql& sql, const StoredSession& stored);

StoreSize CountRows(Sql& sql);  // without the bytes
void PingRow(Sql& sql);

}  // namespace lerl
