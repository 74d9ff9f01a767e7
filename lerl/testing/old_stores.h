#pragma once
// For tests: stores as earlier versions of the program left them, made by the migrations of then.

#include <string>

#include "lerl/events/event_store.h"
#include "lerl/events/migrations.h"
#include "lerl/events/sql.h"

namespace lerl {

// What a store of version 1 held: one session with a slate and an answer.
inline constexpr const char* kVersion1Rows = R"(
INSERT INTO lerl_sessions VALUES ('s', 'ann', 'lerl', 7, 1000, 0, '', 1, 1);
INSERT INTO lerl_slates VALUES ('s', 0, 2000, 'r', 'v1', '["a","b"]', '[0.5,0.25]',
  -2.0794415416798, 0.7, 100, 'c', 'p', '["Drama"]', 'fresh', '');
INSERT INTO lerl_feedback VALUES ('e', 's', 1, 0, 'a', '{"like":1.0}', 2900, 3000);
)";

inline StoredSession Version1Session() {
  const SessionRecord session{
      .id = "s", .user = "ann", .policy = "lerl", .seed = 7, .started_us = 1000, .end = ""};
  const SlateRecord slate{.session = "s",
                          .step = 0,
                          .shown_us = 2000,
                          .request = "r",
                          .version = "v1",
                          .items = {"a", "b"},
                          .probabilities = {0.5, 0.25},
                          .log_probability = -2.0794415416798,
                          .temperature = 0.7,
                          .candidates = 100,
                          .candidates_hash = "c",
                          .plan_hash = "p",
                          .plan = {"Drama"},
                          .origin = "fresh",
                          .reason = ""};
  const FeedbackRecord feedback{.event = "e",
                                .session = "s",
                                .step = 0,
                                .item = "a",
                                .behaviours = {{"like", 1}},
                                .happened_us = 2900,
                                .received_us = 3000,
                                .number = 1};
  return {session, {slate}, {feedback}};
}

// Makes an empty database a store of that version, from 1 on, with Version1Session in it.
inline void MakeOldStore(Sql& sql, int version) {
  for (int step = 0; step < version; ++step) {
    const Migration& migration = Migrations()[At(step)];
    sql.Script(sql.dialect() == Dialect::kSqlite ? migration.sqlite : migration.postgres);
    if (step == 0) sql.Script(kVersion1Rows);
  }
  sql.Script("UPDATE lerl_store SET version = " + std::to_string(version) + ";");
  if (sql.dialect() == Dialect::kSqlite) sql.Script("PRAGMA application_id = 1279611468;");
}

}  // namespace lerl
