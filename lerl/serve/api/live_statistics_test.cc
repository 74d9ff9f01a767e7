#include "lerl/serve/api/live_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lerl {
namespace {

constexpr int64_t kMinute = 60'000'000;

SlateRecord SlateOf(const std::string& session, int32_t step, int64_t shown_us = 0) {
  SlateRecord slate;
  slate.session = session;
  slate.step = step;
  slate.shown_us = shown_us;
  slate.items = {"a", "b"};
  slate.origin = "rule";
  return slate;
}

FeedbackRecord Like(const std::string& item, int32_t step, double value = 1) {
  FeedbackRecord record;
  record.step = step;
  record.item = item;
  record.behaviours = {{"like", value}};
  return record;
}

// A session with two items a slate, `likes` of which are liked.
void Play(LiveStatistics& statistics, const std::string& id, const std::string& policy,
          int32_t slates, int likes) {
  statistics.Put({{.id = id, .user = "u" + id, .policy = policy, .end = ""}, {}, {}});
  for (int32_t step = 0; step < slates; ++step) statistics.AddSlate(SlateOf(id, step));
  for (int n = 0; n < likes; ++n)
    statistics.AddFeedback(id, {Like(n % 2 == 0 ? "a" : "b", n / 2)}, 1);
}

TEST(LiveStatistics, CountsWhatSessionsShowedAndLiked) {
  LiveStatistics statistics("like");
  Play(statistics, "1", "p", 2, 3);
  statistics.AddFeedback("1", {Like("a", 0, 0), Like("b", 1, 0)}, 2);  // one taken back, one a pass
  statistics.AddSlate(SlateOf("1", 1));                                // shown before
  EXPECT_FALSE(statistics.AddSlate(SlateOf("none", 0)));
  EXPECT_FALSE(statistics.AddSlate(SlateOf("1", 3)));  // another process has shown the one before
  EXPECT_FALSE(statistics.AddFeedback("none", {Like("a", 0)}, 1));
  EXPECT_FALSE(statistics.AddFeedback("1", {Like("a", 1), Like("a", 2)}, 1));
  ASSERT_EQ(statistics.Policies().size(), 1);
  const PolicyStatistics p = statistics.Policies()[0];
  EXPECT_EQ(p.sessions, 1);
  EXPECT_EQ(p.running, 1);
  EXPECT_EQ(p.slates, 2);
  EXPECT_EQ(p.items_shown, 4);
  EXPECT_EQ(p.items_liked, 2);
  EXPECT_EQ(p.origins.at("rule"), 2);
  EXPECT_EQ(p.share_liked.mean, 0.5);
  EXPECT_FALSE(p.share_liked.low);
  EXPECT_TRUE(statistics.End("1"));
  EXPECT_FALSE(statistics.End("1"));
  EXPECT_EQ(statistics.Policies()[0].running, 0);
}

// Shares 1/4, 3/4: mean 1/2, variance 1/8; the reach of 12.706 / 4 is cut. Slates 40 and 42: mean
// 41, variance 2, reach 12.706.
TEST(LiveStatistics, IntervalsAreOverSessionsAndHoldWhatCanBe) {
  LiveStatistics statistics("like");
  Play(statistics, "1", "p", 40, 20);
  Play(statistics, "2", "p", 42, 63);
  Play(statistics, "3", "p", 0, 0);  // without a slate it says nothing
  const PolicyStatistics p = statistics.Policies()[0];
  EXPECT_EQ(p.sessions, 3);
  EXPECT_EQ(p.share_liked.count, 2);
  EXPECT_NEAR(p.share_liked.variance, 0.125, 1e-12);
  EXPECT_EQ(p.share_liked.low, 0);
  EXPECT_EQ(p.share_liked.high, 1);
  EXPECT_NEAR(p.slates_per_session.mean, 41, 1e-12);
  EXPECT_NEAR(p.slates_per_session.low.value_or(0), 41 - 12.7062, 1e-4);
}

// Means 3 and 1, variances 4 and 1, counts 4 and 2: error^2 = 1 + 1/2, Welch's degrees
// 2.25 / (1/3 + 1/4) = 3.86, of which 3 count: 3.18245 * sqrt(1.5).
TEST(LiveStatistics, DifferencesHaveAnIntervalOfTheirOwn) {
  const LiveMean a{.count = 4, .mean = 3, .variance = 4}, b{.count = 2, .mean = 1, .variance = 1};
  const LiveMean difference = DifferenceOf(a, b);
  EXPECT_EQ(difference.mean, 2);
  EXPECT_NEAR(difference.high.value_or(0) - 2, 3.18245 * 1.224745, 1e-4);
  EXPECT_EQ(DifferenceOf(a, b, 3).high, 3);
  EXPECT_FALSE(DifferenceOf(a, {.count = 1, .mean = 1}).low);
  const LiveMean same{.count = 3, .mean = 1};
  EXPECT_EQ(DifferenceOf(same, same).low, 0);
}

TEST(LiveStatistics, MinutesEndWithTheOneAtHand) {
  LiveStatistics statistics("like");
  statistics.Put({{.id = "s", .user = "u", .policy = "p", .end = ""}, {}, {}});
  statistics.AddSlate(SlateOf("s", 0, 100 * kMinute));
  statistics.AddSlate(SlateOf("s", 1, 101 * kMinute + 5));
  statistics.AddFeedback("s", {Like("a", 0)}, 1);
  const std::vector<MinuteStatistics> minutes = statistics.Minutes(101 * kMinute + 9);
  ASSERT_EQ(minutes.size(), 60);
  EXPECT_EQ(minutes[59].from_us, 101 * kMinute);
  EXPECT_EQ(minutes[59].slates, 1);
  EXPECT_EQ(minutes[59].sessions, 1);
  EXPECT_EQ(minutes[59].slates_per_session, 2);
  EXPECT_EQ(minutes[58].items_shown, 2);
  EXPECT_EQ(minutes[58].items_liked, 1);
  EXPECT_EQ(minutes[58].sessions, 0);
  EXPECT_EQ(statistics.Minutes(500 * kMinute)[59].slates, 0);
}

TEST(LiveStatistics, KeepsTheNewestSessionsAndForgetsUsers) {
  LiveStatistics statistics("like", /*keep=*/2);
  for (const std::string id : {"1", "2", "3"}) Play(statistics, id, "p", 1, 0);
  EXPECT_EQ(statistics.sessions(), 2);
  EXPECT_FALSE(statistics.AddSlate(SlateOf("1", 1)));
  statistics.Forget("u2");
  EXPECT_FALSE(statistics.AddSlate(SlateOf("2", 1)));
  Play(statistics, "4", "p", 1, 0);
  EXPECT_TRUE(statistics.AddSlate(SlateOf("3", 0)));
  StoredSession stored{.session = {.id = "3", .user = "u3", .policy = "q", .end = ""},
                       .slates = {SlateOf("3", 0)},
                       .feedback = {Like("b", 0)}};
  stored.session.ended_us = 1;
  statistics.Put(stored);
  EXPECT_EQ(statistics.Policies()[1].items_liked, 1);
  EXPECT_EQ(statistics.Policies()[1].running, 0);
}

// 1/3 of 150 sessions: sums of it are not exact, and no spread comes of that.
TEST(LiveStatistics, WhatIsAlikeHasNoSpread) {
  LiveStatistics statistics("like");
  for (int n = 0; n < 150; ++n) {
    const std::string id = std::to_string(n);
    statistics.Put({{.id = id, .user = "u" + id, .policy = "p", .end = ""}, {}, {}});
    SlateRecord slate = SlateOf(id, 0);
    slate.items = {"a", "b", "c"};
    statistics.AddSlate(slate);
    statistics.AddFeedback(id, {Like("a", 0)}, 1);
  }
  const LiveMean share = statistics.Policies()[0].share_liked;
  EXPECT_EQ(share.variance, 0);
  EXPECT_EQ(share.low, share.mean);
  const LiveMean difference = DifferenceOf(share, share);
  EXPECT_EQ(difference.low, 0);
  EXPECT_EQ(difference.high, 0);
}

TEST(LiveStatistics, KnowsWhetherTheStoreSaysMore) {
  LiveStatistics statistics("like");
  Play(statistics, "1", "p", 2, 3);
  SessionState state{{.id = "1", .user = "u1", .policy = "p", .end = ""}, 2, 3};
  EXPECT_TRUE(statistics.Knows(state));
  state.steps = 3;
  EXPECT_FALSE(statistics.Knows(state));
  state.steps = 2, state.feedback = 4;
  EXPECT_FALSE(statistics.Knows(state));
  state.feedback = 3, state.session.ended_us = 1;
  EXPECT_FALSE(statistics.Knows(state));
  statistics.End("1");
  EXPECT_TRUE(statistics.Knows(state));
  state.session.id = "none";
  EXPECT_FALSE(statistics.Knows(state));
}

TEST(LiveStatistics, AveragesWhatShadowsAgreeOnOverSessions) {
  LiveStatistics statistics("like");
  Play(statistics, "1", "p", 2, 0);
  statistics.AddAgreement("1", "q", 1);
  statistics.AddAgreement("1", "q", 0.5);
  statistics.AddAgreement("none", "q", 0);
  StoredSession stored{.session = {.id = "2", .user = "u2", .policy = "p", .end = ""},
                       .slates = {SlateOf("2", 0)},
                       .feedback = {}};
  stored.shadows = {{.session = "2", .step = 0, .policy = "q", .items = {"b", "z"}}};
  statistics.Put(stored);
  ASSERT_EQ(statistics.Policies().size(), 2);
  const PolicyStatistics q = statistics.Policies()[1];
  EXPECT_EQ(q.policy, "q");
  EXPECT_EQ(q.sessions, 0);
  EXPECT_EQ(q.agreement.count, 2);
  EXPECT_EQ(q.agreement.mean, 0.625);  // of .75 and .5
}

}  // namespace
}  // namespace lerl
