#include "lerl/serve/session_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

class SessionCacheTest : public testing::Test {
 protected:
  // A session with one slate of three items, shown at `at_us`.
  void Store(const std::string& id, const std::string& user, int64_t at_us) {
    store_.AddSession(
        {.id = id, .user = user, .policy = "p", .seed = 4, .started_us = at_us, .end = ""});
    AddSlate(id, 0, at_us);
  }
  void AddSlate(const std::string& id, int32_t step, int64_t at_us) {
    SlateRecord slate;
    slate.session = id;
    slate.step = step;
    slate.shown_us = at_us;
    for (int32_t item = 0; item < 3; ++item)
      slate.items.push_back(catalog_.ItemId(3 * step + item));
    ASSERT_TRUE(store_.AddSlate(slate));
  }
  void Answer(const std::string& id, const std::string& event, int32_t step, int32_t item,
              double like, int64_t at_us = 0) {
    FeedbackRecord record;
    record.received_us = at_us;
    record.event = event;
    record.session = id;
    record.step = step;
    record.item = catalog_.ItemId(item);
    record.behaviours = {{"like", like}};
    store_.AddFeedback({&record, 1});
  }

  MemoryEventStore store_;
  const std::shared_ptr<const Catalog> shared_ =
      std::make_shared<Catalog>(SmallServedRun::Get().world()->dataset);
  const Catalog& catalog_ = *shared_;
};

TEST_F(SessionCacheTest, SeesWhatWasWrittenSince) {
  SessionCache cache(store_, shared_, 10, 10);
  EXPECT_EQ(cache.Refresh("a"), nullptr);
  Store("a", "somebody", 100);
  EXPECT_THAT(cache.Refresh("a")->live.steps, testing::ElementsAre(LiveStep{{0, 1, 2}, {0, 0, 0}}));
  Answer("a", "e1", 0, 1, 1);
  EXPECT_THAT(cache.Refresh("a")->live.steps, testing::ElementsAre(LiveStep{{0, 1, 2}, {0, 1, 0}}));
  AddSlate("a", 1, 200);
  Answer("a", "e2", 0, 1, 0);  // it takes the like back
  Answer("a", "e3", 1, 5, 1);
  const auto session = cache.Refresh("a");
  EXPECT_THAT(session->live.steps,
              testing::ElementsAre(LiveStep{{0, 1, 2}, {0, 0, 0}}, LiveStep{{3, 4, 5}, {0, 0, 1}}));
  EXPECT_EQ(session->feedback, 3);
  EXPECT_EQ(session->active_us, 200);
  EXPECT_EQ(session->live.user, catalog_.guest());
}

// One that was pushed out of the cache, and one of another process, is read again, to the same.
TEST_F(SessionCacheTest, ReadsAgainWhatItDoesNotHold) {
  SessionCache small(store_, shared_, 1, 10), other(store_, shared_, 10, 10);
  Store("a", "u", 100);
  Answer("a", "e1", 0, 2, 1);
  const LiveSession first = small.Refresh("a")->live;
  Store("b", "v", 100);
  small.Refresh("b");
  EXPECT_EQ(small.Refresh("a")->live.steps, first.steps);
  EXPECT_EQ(other.Refresh("a")->live.steps, first.steps);
}

TEST_F(SessionCacheTest, WhatItForgetsIsReadAgain) {
  SessionCache cache(store_, shared_, 10, 10);
  Store("a", "u", 100);
  Answer("a", "e1", 0, 2, 1);
  const auto before = cache.Refresh("a");
  EXPECT_EQ(cache.size(), 1);
  cache.Clear();
  EXPECT_EQ(cache.size(), 0);
  EXPECT_EQ(cache.Refresh("a")->live.steps, before->live.steps);
  EXPECT_NE(cache.Refresh("a"), before);
  Store("b", "v", 100);
  cache.Refresh("b");
  EXPECT_EQ(cache.size(), 2);
}

TEST_F(SessionCacheTest, ASessionBeginsWithTheNewestSlatesOfEarlierOnes) {
  SessionCache cache(store_, shared_, 10, 2);
  Store("first", "u", 100);
  AddSlate("first", 1, 110);
  Answer("first", "e1", 1, 3, 1);
  Store("second", "u", 200);
  Store("of another", "v", 250);
  Store("now", "u", 300);
  EXPECT_THAT(cache.Refresh("now")->live.past,
              testing::ElementsAre(LiveStep{{3, 4, 5}, {1, 0, 0}}, LiveStep{{0, 1, 2}, {0, 0, 0}}));
}

// A slate of items that the data set of today does not know stays in the record of the session, and
// the policy does not see it.
TEST_F(SessionCacheTest, UnknownItemsAreLeftOutOfThePolicysState) {
  SessionCache cache(store_, shared_, 10, 10);
  Store("a", "u", 100);
  SlateRecord strange;
  strange.session = "a";
  strange.step = 1;
  strange.items = {"gone", "lost", catalog_.ItemId(4)};
  ASSERT_TRUE(store_.AddSlate(strange));
  AddSlate("a", 2, 300);
  Answer("a", "e1", 2, 7, 1);
  const auto session = cache.Refresh("a");
  EXPECT_EQ(session->slates.size(), 3);
  EXPECT_THAT(session->live.steps,
              testing::ElementsAre(LiveStep{{0, 1, 2}, {0, 0, 0}}, LiveStep{{6, 7, 8}, {0, 1, 0}}));
}

// Whenever a session is read, and by whomever, its past is what stood when it began.
TEST_F(SessionCacheTest, APastIsWhatStoodWhenTheSessionBegan) {
  Store("before", "u", 100);
  Answer("before", "e1", 0, 0, 1, 150);
  Store("now", "u", 200);
  SessionCache cache(store_, shared_, 10, 10);
  const std::vector<LiveStep> past = {{{0, 1, 2}, {1, 0, 0}}};
  EXPECT_EQ(cache.Refresh("now")->live.past, past);
  AddSlate("before", 1, 210);
  Answer("before", "e2", 0, 1, 1, 220);
  SessionCache later(store_, shared_, 10, 10);
  EXPECT_EQ(later.Refresh("now")->live.past, past);
}

}  // namespace
}  // namespace lerl
