#include "lerl/serve/api/session_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

// Two replicas of a service on one store; pages watch the first.
class SessionWatchTest : public testing::Test {
 protected:
  MemoryEventStore store_;
  Recommender here_{store_, {{"ppo", SmallServedRun::Get().folder()}}, {}};
  Recommender other_{store_, {{"ppo", SmallServedRun::Get().folder()}}, {}};
  LiveFeed feed_;
  const std::shared_ptr<EventStream> page_ = feed_.Watch("");
};

TEST_F(SessionWatchTest, TakesInWhatAnotherReplicaDid) {
  SessionWatch watch(here_, feed_);
  const std::string id = other_.Start("u").id;
  const SlateRecord slate = other_.Recommend(id, 0, "r", {});
  FeedbackRecord like;
  like.event = "e";
  like.item = slate.items[0];
  like.behaviours = {{"like", 1}};
  other_.TakeFeedback(id, {like});
  EXPECT_THAT(watch.figures().Policies(), IsEmpty());
  watch.CatchUp();
  ASSERT_EQ(watch.figures().Policies().size(), 1);
  EXPECT_EQ(watch.figures().Policies()[0].running, 1);
  EXPECT_EQ(watch.figures().Policies()[0].items_liked, 1);
  EXPECT_THAT(page_->Take(), AllOf(HasSubstr("event: session\n"), HasSubstr(slate.items[0])));
  // A moment later nothing is read again.
  other_.End(id);
  watch.CatchUp();
  EXPECT_EQ(watch.figures().Policies()[0].running, 1);
}

TEST_F(SessionWatchTest, ReadsNothingOfWhatItKnows) {
  const SessionRecord before = here_.Start("u");
  SessionWatch watch(here_, feed_);
  const SessionRecord session = here_.Start("v");
  watch.Started(session, "{}");
  watch.Shown(here_.Recommend(session.id, 0, "r", {}), "{}");
  page_->Take();
  watch.CatchUp();
  EXPECT_THAT(page_->Take(), IsEmpty());
  EXPECT_EQ(watch.figures().Policies()[0].running, 2);
}

TEST_F(SessionWatchTest, TellsAnEndOnce) {
  SessionWatch watch(here_, feed_);
  watch.Started(here_.Start("u"), "{}");
  const std::string id = store_.NewestSessions(1)[0].session.id;
  page_->Take();
  watch.Ended(id, "limit");
  EXPECT_THAT(page_->Take(), HasSubstr("event: end\n"));
  watch.Ended(id, "limit");
  EXPECT_THAT(page_->Take(), IsEmpty());
}

}  // namespace
}  // namespace lerl
