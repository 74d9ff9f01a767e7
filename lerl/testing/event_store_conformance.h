#pragma once
// What tests of every store share: one of each kind, made anew for each test, and records to put
// into it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lerl/events/make_event_store.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/postgres_server.h"

namespace lerl {

inline SessionRecord SessionNamed(const std::string& id, const std::string& user = "ann",
                                  int64_t started_us = 1000) {
  return {.id = id,
          .user = user,
          .policy = "lerl",
          .seed = 0xFFFFFFFFFFFFFFF1U,
          .started_us = started_us,
          .ended_us = 0,
          .end = ""};
}

inline SlateRecord SlateOf(const std::string& session, int32_t step, int64_t shown_us = 2000) {
  return {.session = session,
          .step = step,
          .shown_us = shown_us,
          .request = "request-" + std::to_string(step),
          .version = "v1",
          .items = {"a", "b"},
          .probabilities = {0.1, 1.0 / 3},
          .log_probability = -3.4011973816621555,
          .temperature = 0.7,
          .candidates = 1682,
          .candidates_hash = "c0ffee",
          .plan_hash = "beef",
          .plan = {"Drama", "Film-Noir"},
          .origin = "fresh",
          .reason = ""};
}

inline FeedbackRecord FeedbackOf(const std::string& session, const std::string& event,
                                 int64_t received_us = 3000) {
  return {.event = event,
          .session = session,
          .step = 0,
          .item = "a",
          .behaviours = {{"like", 1}, {"watch", 0.1}},
          .happened_us = 2900,
          .received_us = received_us};
}

inline ItemRecord ItemNamed(const std::string& id) {
  return {.id = id,
          .title = "The " + id,
          .categories = {"Drama", "Film-Noir"},
          .text = "what it is about",
          .added_us = 1000};
}

inline std::vector<FeedbackOutcome> AddOne(EventStore& store, const FeedbackRecord& record) {
  return store.AddFeedback({&record, 1});
}

inline std::vector<StoredSession> AllSessions(EventStore& store, int64_t from_us = 0,
                                              int64_t to_us = INT64_MAX) {
  std::vector<StoredSession> all;
  store.ForEachSession(from_us, to_us, [&all](const StoredSession& one) { all.push_back(one); });
  return all;
}

// The parameter is "sqlite" or "postgres".
class StoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    config_.url = "sqlite:" + (folder_.path() / "events.db").string();
    if (GetParam() != "postgres") return;
    PostgresServer* server = PostgresServer::Get();
    if (server == nullptr) GTEST_SKIP() << "postgresql-15 is not installed";
    config_ = server->FreshStore();
  }
  std::unique_ptr<EventStore> Open() { return MakeEventStore(config_); }

  TestFolder folder_;
  StoreConfig config_;
};

inline std::string NameOfStore(const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

}  // namespace lerl
