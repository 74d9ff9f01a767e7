#include "lerl/serve/open_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

TEST(OpenSession, TheNewestFeedbackOfABehaviourCounts) {
  const Catalog catalog(SmallServedRun::Get().world()->dataset);
  OpenSession session =
      OpenAtStart({.id = "a", .user = "u", .policy = "", .started_us = 5, .end = ""}, catalog);
  SlateRecord slate;
  slate.items = {catalog.ItemId(4), catalog.ItemId(7)};
  slate.shown_us = 9;
  TakeSlates(session, {slate}, catalog);
  FeedbackRecord record;
  record.item = catalog.ItemId(7);
  record.number = 1;
  record.behaviours = {{"like", 0.5}, {"unheard of", 1}};
  TakeFeedback(session, {&record, 1}, catalog);
  EXPECT_THAT(session.live.steps, testing::ElementsAre(LiveStep{{4, 7}, {0, 1}}));
  record.number = 2;
  record.behaviours = {{"like", 0}};
  TakeFeedback(session, {&record, 1}, catalog);
  EXPECT_THAT(session.live.steps, testing::ElementsAre(LiveStep{{4, 7}, {0, 0}}));
  record.step = 8;  // of a slate that is not there
  TakeFeedback(session, {&record, 1}, catalog);
  EXPECT_EQ(session.feedback, 2);
  EXPECT_EQ(session.active_us, 9);
}

}  // namespace
}  // namespace lerl
