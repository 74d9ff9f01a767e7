#include "lerl/serve/judged_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "lerl/serve/recommender.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

class JudgedEventsTest : public testing::Test {
 protected:
  // Sessions of several users under a policy of this temperature, in which every other item is
  // liked, some of it late.
  void Log(double temperature) {
    int64_t now = 1'000'000;
    Recommender service(store_, {{"ppo", SmallServedRun::Get().folder()}},
                        {.policy = {.temperature = temperature}}, [&now] { return now += 1000; });
    for (int n = 0; n < 12; ++n) {
      const std::string id = service.Start("u" + std::to_string(n % 6)).id;
      std::vector<FeedbackRecord> late;
      for (int step = 0; step < 3; ++step) {
        const SlateRecord slate = service.Recommend(id, {});
        for (size_t k = 0; k < 3; k += 2) {
          FeedbackRecord record;
          record.event = id + std::to_string(step) + std::to_string(k);
          record.step = step;
          record.item = slate.items[k];
          record.behaviours = {{"like", 1}};
          if (k == 0) service.TakeFeedback(id, {record});
          if (k == 2) late.push_back(record);
        }
      }
      service.TakeFeedback(id, late);
    }
  }
  JudgedEvents Judge(const ServedPolicyConfig& config, const EventsToJudge& which) {
    ServedPolicy policy(SmallServedRun::Get().world(),
                        ReadServedRun(SmallServedRun::Get().folder()), config);
    return JudgeEvents(store_, catalog_, which, policy, [](int64_t) {});
  }

  MemoryEventStore store_;
  const Catalog catalog_{SmallServedRun::Get().world()->dataset};
};

// The policy that was logged judges its own slates as likely as they were: every ratio is 1, which
// also shows that each state was built as it was when the slate was chosen.
TEST_F(JudgedEventsTest, APolicyJudgesItsOwnSlatesAsItChoseThem) {
  Log(0.5);
  const JudgedEvents events = Judge({.temperature = 0.5}, {.to_us = kForever, .policy = ""});
  EXPECT_EQ(events.sessions, 12);
  ASSERT_EQ(events.slates.size(), 36);
  for (const LoggedSlate& slate : events.slates) {
    EXPECT_THAT(slate.log_ratios, testing::Each(testing::DoubleNear(0, 1e-3)));
    EXPECT_THAT(slate.rewards, testing::ElementsAre(1.0 / 3, 0, 1.0 / 3));
    EXPECT_GT(slate.modelled, 0);
    EXPECT_LT(slate.modelled_target, 1);
  }
}

TEST_F(JudgedEventsTest, AnotherPolicyJudgesThemOtherwise) {
  Log(0.5);
  const JudgedEvents events = Judge({.temperature = 2}, {.to_us = kForever, .policy = ""});
  double apart = 0;
  for (const LoggedSlate& slate : events.slates) apart += std::abs(slate.log_ratios[0]);
  EXPECT_GT(apart, 1);
}

TEST_F(JudgedEventsTest, JudgesWhatIsAskedForAlone) {
  Log(0.5);
  EXPECT_EQ(Judge({}, {.to_us = kForever, .policy = "other"}).sessions, 0);
  EXPECT_EQ(Judge({}, {.from_us = kForever - 1, .to_us = kForever, .policy = ""}).sessions, 0);
  SlateRecord strange;
  strange.session = store_.NewestSessions(1)[0].session.id;
  strange.step = 3;
  strange.items = {"gone", "lost", "away"};
  strange.temperature = 1;
  strange.probabilities = {0.1, 0.1, 0.1};
  store_.AddSlate(strange);
  EXPECT_EQ(Judge({}, {.to_us = kForever, .policy = ""}).unknown, 1);
}

}  // namespace
}  // namespace lerl
