#include "lerl/serve/session_upkeep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/serve/time_format.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/memory_event_store.h"

namespace lerl {
namespace {

class SessionUpkeepTest : public testing::Test {
 protected:
  SessionUpkeepTest() { dataset_.behaviours = {"like", "watch"}; }
  SessionUpkeep Make(const RecommenderConfig& config) {
    return {store_, config, dataset_, [this] { return now_us_; }};
  }
  // A session that shows one item now.
  void Show(const std::string& id) {
    store_.AddSession({.id = id, .user = "u", .policy = "p", .started_us = now_us_, .end = ""});
    SlateRecord slate;
    slate.session = id;
    slate.shown_us = now_us_;
    slate.items = {"a"};
    store_.AddSlate(slate);
  }

  Dataset dataset_;
  MemoryEventStore store_;
  int64_t now_us_ = 1'000'000;
};

TEST_F(SessionUpkeepTest, GivesTheAnswerOfTheSettings) {
  SessionUpkeep upkeep = Make(
      {.policy = {}, .default_answer = {.after_seconds = 60, .behaviour = "watch", .value = 0.5}});
  Show("s");
  now_us_ += 61'000'000;
  EXPECT_EQ(upkeep.AnswerByDefault().answers, 1);
  EXPECT_EQ(store_.Feedback("s", 0)[0].behaviours.at("watch"), 0.5);
}

TEST_F(SessionUpkeepTest, AnswersNothingUnlessToldTo) {
  SessionUpkeep upkeep = Make({});
  Show("s");
  now_us_ += 1000 * kMinuteUs;
  EXPECT_EQ(upkeep.AnswerByDefault().slates, 0);
}

TEST_F(SessionUpkeepTest, DeletesWhatIsOldOnceToldTo) {
  now_us_ = 100 * kDayUs;
  Show("old");
  store_.EndSession("old", now_us_, "client");
  now_us_ += 5 * kDayUs;
  Show("new");
  store_.EndSession("new", now_us_, "client");
  now_us_ += 6 * kDayUs;
  EXPECT_EQ(Make({}).DeleteOld(), 0);
  EXPECT_EQ(Make({.policy = {}, .keep_days = 10}).DeleteOld(), 1);
  EXPECT_FALSE(store_.FindSession("old"));
  EXPECT_TRUE(store_.FindSession("new"));
}

TEST_F(SessionUpkeepTest, EndsWhatLiesIdleAPartAtATime) {
  SessionUpkeep upkeep = Make({.policy = {}, .idle_minutes = 10});
  for (int n = 0; n < 201; ++n) Show("s" + std::to_string(n));
  now_us_ += 11 * kMinuteUs;
  Show("new");
  EXPECT_EQ(upkeep.EndIdle().size(), 200);
  EXPECT_EQ(upkeep.EndIdle().size(), 1);
  EXPECT_THAT(upkeep.EndIdle(), testing::IsEmpty());
}

TEST_F(SessionUpkeepTest, RefusesABehaviourThatTheDataDoNotHave) {
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                      [&] { Make({.policy = {}, .default_answer = {.behaviour = "love"}}); }),
              testing::HasSubstr("the data have no love; they have like, watch"));
}

}  // namespace
}  // namespace lerl
