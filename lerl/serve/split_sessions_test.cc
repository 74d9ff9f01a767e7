#include "lerl/serve/split_sessions.h"

#include <gtest/gtest.h>

#include <string>

#include "lerl/testing/memory_event_store.h"

namespace lerl {
namespace {

// 70 sessions of a split, of which 65 began before the first time that is asked for, and one of
// another split.
TEST(SplitSessions, AreReadOnceInTheirOrder) {
  MemoryEventStore store;
  const auto add = [&store](int n, const std::string& split) {
    store.AddSession({.id = "s" + std::to_string(n),
                      .user = "u",
                      .policy = "p",
                      .started_us = 1000 + n,
                      .end = "",
                      .split = split});
  };
  for (int n = 0; n < 70; ++n) add(n, "a");
  add(70, "b");
  SplitSessions sessions(store, "a");
  EXPECT_EQ(sessions.read_until_us(), 0);
  EXPECT_EQ(std::ssize(sessions.Next(1065)), SplitSessions::kPage);
  EXPECT_EQ(sessions.read_until_us(), 1063);
  EXPECT_EQ(sessions.Next(1065).size(), 1);
  EXPECT_EQ(sessions.Next(1065).size(), 0);
  const std::vector<StoredSession> rest = sessions.Next(2000);
  ASSERT_EQ(rest.size(), 5);
  EXPECT_EQ(rest[4].session.id, "s69");
}

}  // namespace
}  // namespace lerl
