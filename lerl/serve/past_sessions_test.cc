#include "lerl/serve/past_sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PastSessionsTest : public testing::Test {
 protected:
  // A session of two slates of an item each, shown at `start` + 10 and + 20. The first item is
  // liked at `liked_us`.
  void Add(const std::string& id, int64_t start, int64_t liked_us,
           const std::string& policy = "a") {
    store_.AddSession({.id = id, .user = "u", .policy = policy, .started_us = start, .end = ""});
    for (int32_t step = 0; step < 2; ++step) {
      SlateRecord slate;
      slate.session = id;
      slate.step = step;
      slate.shown_us = start + 10 * (step + 1);
      slate.items = {world_.dataset.item_ids[static_cast<size_t>(step)]};
      store_.AddSlate(slate);
    }
    FeedbackRecord liked;
    liked.event = liked.session = id;
    liked.item = world_.dataset.item_ids[0];
    liked.behaviours = {{"like", 1}};
    liked.received_us = liked_us;
    store_.AddFeedback({&liked, 1});
  }
  // What each slate's policy knew: the responses of the session's slates before it, and how many
  // slates the past has.
  using Known = std::pair<std::vector<uint32_t>, size_t>;
  std::vector<Known> Walk(const EventsToJudge& which, int64_t longest_past = 40) {
    std::vector<Known> known;
    ForEachPastSession(
        store_, catalog_, which, longest_past,
        [&](const PastSession& session) {
          session.ForEachSlate(catalog_, [&](size_t n, const LiveSession& before) {
            EXPECT_EQ(before.steps.size(), n);
            known.emplace_back(std::vector<uint32_t>{}, before.past.size());
            for (const LiveStep& step : before.steps)
              known.back().first.push_back(step.responses[0]);
          });
        },
        [this](int64_t done) { progress_ = done; });
    return known;
  }

  static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
  const World& world_ = *SmallServedRun::Get().world();
  const Catalog catalog_{world_.dataset};
  MemoryEventStore store_;
  int64_t progress_ = 0;
};

TEST_F(PastSessionsTest, KnowWhatHadBeenAnsweredAndNothingLater) {
  Add("in time", 100, 115);
  Add("late", 200, 225);
  EXPECT_THAT(Walk({.to_us = kForever, .policy = ""}),
              ElementsAre(Known{{}, 0}, Known{{1}, 0}, Known{{}, 2}, Known{{0}, 2}));
  EXPECT_EQ(progress_, 2);
}

TEST_F(PastSessionsTest, AreThoseThatAreAskedForWithTheirPast) {
  Add("first", 100, 115);
  Add("second", 200, 215, "b");
  Add("third", 300, 315);
  EXPECT_THAT(Walk({.from_us = 150, .to_us = 250, .policy = ""}),
              ElementsAre(Known{{}, 2}, Known{{1}, 2}));
  EXPECT_THAT(Walk({.from_us = 150, .to_us = kForever, .policy = "a"}),
              ElementsAre(Known{{}, 4}, Known{{1}, 4}));
  EXPECT_THAT(Walk({.from_us = 300, .to_us = kForever, .policy = ""}, 3),
              ElementsAre(Known{{}, 3}, Known{{1}, 3}));
  EXPECT_THAT(Walk({.to_us = kForever, .policy = "c"}), IsEmpty());
}

// What came of an earlier session after a later one had begun is no part of that one's past: its
// second slate (120), and the answer to its first (118).
TEST_F(PastSessionsTest, HavePastsAsTheyStoodWhenTheyBegan) {
  Add("first", 100, 118);
  Add("second", 115, 130);
  Add("third", 200, 215);
  std::vector<std::vector<uint32_t>> pasts;
  ForEachPastSession(
      store_, catalog_, {.to_us = kForever, .policy = ""}, 40,
      [&](const PastSession& session) {
        auto& responses = pasts.emplace_back();
        for (const LiveStep& step : session.past) responses.push_back(step.responses[0]);
      },
      [](int64_t) {});
  EXPECT_THAT(pasts, ElementsAre(IsEmpty(), ElementsAre(0), ElementsAre(1, 0, 1, 0)));
}

}  // namespace
}  // namespace lerl
