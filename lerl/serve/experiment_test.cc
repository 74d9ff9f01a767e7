#include "lerl/serve/experiment.h"

#include <gmock/gmock.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/serve/time_format.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/memory_event_store.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kMarch = 1'772'323'200'000'000;  // 2026-03-01T00:00:00Z

class ExperimentTest : public testing::Test {
 protected:
  std::unique_ptr<Experiment> Make(const ExperimentConfig& config,
                                   const std::vector<std::string>& policies = {"a", "b"}) {
    return std::make_unique<Experiment>(store_, policies, "like", config,
                                        [this] { return now_us_; });
  }
  static ExperimentConfig Halves() {
    return {.shares = {0.5, 0.5}, .smallest_experiment = 30, .stop_when_worse = 0};
  }
  static std::string FaultOf(const ExperimentConfig& config) {
    MemoryEventStore store;
    return ErrorOf(ErrorKind::kConfig, [&] {
      Experiment(store, {"a", "b"}, "like", config, [] { return 0; });
    });
  }

  // A session that shows ten items now, of which so many are liked.
  std::string Play(const std::string& user, const ChosenPolicy& chosen, int liked) {
    const std::string id = "s" + std::to_string(++number_);
    store_.AddSession({.id = id,
                       .user = user,
                       .policy = chosen.policy,
                       .started_us = now_us_,
                       .end = "",
                       .split = chosen.split});
    SlateRecord slate;
    slate.session = id;
    slate.shown_us = now_us_;
    for (int n = 0; n < 10; ++n) slate.items.push_back("i" + std::to_string(n));
    slate.probabilities.resize(10, 0.1);
    store_.AddSlate(slate);
    for (int n = 0; n < liked; ++n) Answer(id, n, 1);
    return id;
  }
  void Answer(const std::string& session, int item, double like) {
    FeedbackRecord record;
    record.event = "e" + std::to_string(++number_);
    record.session = session;
    record.item = "i" + std::to_string(item);
    record.behaviours = {{"like", like}};
    record.received_us = now_us_;
    store_.AddFeedback({&record, 1});
  }
  // New users, who like so many of ten items of each policy and one more every other time.
  void PlayUsers(Experiment& experiment, int users, const std::map<std::string, int>& liked) {
    for (int n = 0; n < users; ++n) {
      const std::string user = "u" + std::to_string(++number_);
      const ChosenPolicy chosen = experiment.Choose(user);
      Play(user, chosen, liked.at(chosen.policy) + n % 2);
      now_us_ += 1000;
    }
  }
  void Settle(Experiment& experiment) {
    now_us_ += 31 * kMinuteUs;
    EXPECT_TRUE(experiment.Evaluate());
  }

  MemoryEventStore store_;
  int64_t now_us_ = kMarch;
  int number_ = 0;
};

// 3,000 users by shares of .7 and .3: within five standard errors, each user always alike, and
// another experiment splits them anew.
TEST_F(ExperimentTest, SharesSplitTheUsers) {
  const auto one = Make({.shares = {0.7, 0.3}});
  const auto other = Make({.shares = {0.7, 0.3}, .experiment = "2"});
  int first = 0, moved = 0;
  for (int n = 0; n < 3000; ++n) {
    const std::string user = "u" + std::to_string(n);
    EXPECT_EQ(one->Choose(user).policy, one->Choose(user).policy);
    first += one->Choose(user).policy == "a";
    moved += one->Choose(user).policy != other->Choose(user).policy;
  }
  EXPECT_NEAR(first, 2100, 5 * std::sqrt(3000 * 0.7 * 0.3));
  EXPECT_NEAR(moved, 1260, 5 * std::sqrt(3000 * 0.42 * 0.58));
  EXPECT_EQ(one->Choose("u").split, "1: a 0.7, b 0.3");
  const auto none = Make({});
  EXPECT_EQ(none->Choose("u").policy, "a");
  EXPECT_EQ(none->Choose("u").split, "");
  EXPECT_FALSE(none->Status());
  EXPECT_TRUE(none->Evaluate());
}

TEST_F(ExperimentTest, OutsideOfItsDatesTheFirstPolicyServesAll) {
  const auto experiment = Make({.shares = {0.01, 0.99},
                                .from = "2026-03-01T02:00:00+01:00",
                                .until = "2026-03-02T00:00:00Z"});
  const auto is = [&](ExperimentState state, const std::string& policy, double share) {
    const ExperimentStatus status = experiment->Status().value();
    EXPECT_EQ(status.state, state);
    EXPECT_EQ(status.arms[1].share_now, share);
    EXPECT_EQ(experiment->Choose("u1").policy, policy);
    EXPECT_EQ(experiment->Choose("u1").split.empty(), policy == "a");
  };
  is(ExperimentState::kWaiting, "a", 0);
  now_us_ = kMarch + 60 * kMinuteUs - 1;
  is(ExperimentState::kWaiting, "a", 0);
  now_us_ = kMarch + 60 * kMinuteUs;
  is(ExperimentState::kRunning, "b", 0.99);
  now_us_ = kMarch + 24 * 60 * kMinuteUs;
  is(ExperimentState::kOver, "a", 0);
  EXPECT_EQ(experiment->Status()->from_us, kMarch + 60 * kMinuteUs);
}

TEST_F(ExperimentTest, RefusesSettingsThatContradictEachOther) {
  EXPECT_THAT(FaultOf({.shares = {0.7}}), HasSubstr("1 shares that add up to 0.7"));
  EXPECT_THAT(FaultOf({.shares = {0.7, 0.4}}), HasSubstr("2 shares that add up to 1.1"));
  EXPECT_THAT(FaultOf({.from = "tomorrow"}), HasSubstr("recommend.from: \"tomorrow\" is no time"));
  EXPECT_THAT(FaultOf({.until = "2026-03-01T00:00:00Z"}), HasSubstr("recommend.shares: without"));
  EXPECT_THAT(
      FaultOf(
          {.shares = {0.5, 0.5}, .from = "2026-03-01T00:00:00Z", .until = "2026-03-01T00:00:00Z"}),
      HasSubstr("is not after recommend.from"));
  EXPECT_THAT(FaultOf({.experiment = ""}), HasSubstr("recommend.experiment: it is empty"));
  EXPECT_THAT(FaultOf({.stop_when_worse = 0}), HasSubstr("give recommend.shares"));
  EXPECT_THAT(FaultOf({.shares = {0, 1}, .stop_when_better = 0}),
              HasSubstr("give recommend.shares"));
}

TEST_F(ExperimentTest, CountsTheFirstMinutesOfSessionsThatTheSplitChose) {
  const auto experiment = Make({.shares = {0.5, 0.5}, .smallest_experiment = 1});
  const std::string split = experiment->Choose("u").split;
  Play("u1", {"a", split}, 2);
  const std::string twice = Play("u1", {"a", split}, 3);
  Answer(twice, 0, 0);  // taken back
  Answer(twice, 9, 1);
  Answer(twice, 9, 1);  // the same item
  Play("u2", {"a", split}, 9);
  Play("u3", {"b", split}, 5);
  Play("u4", {"b", ""}, 10);                 // named by the client
  Play("u5", {"b", "1: a 0.9, b 0.1"}, 10);  // other shares
  store_.AddSession({.id = "empty",
                     .user = "u6",
                     .policy = "b",
                     .started_us = now_us_,
                     .end = "",
                     .split = split});
  EXPECT_TRUE(experiment->Evaluate());
  EXPECT_EQ(experiment->Status()->sessions, 0);  // too young
  now_us_ += 30 * kMinuteUs;
  Answer(twice, 5, 1);  // too late
  now_us_ += 1;
  EXPECT_TRUE(experiment->Evaluate());
  EXPECT_TRUE(experiment->Evaluate());  // nothing twice
  const ExperimentStatus status = experiment->Status().value();
  EXPECT_EQ(status.sessions, 4);
  EXPECT_EQ(status.counted_until_us, kMarch + 1);
  EXPECT_EQ(status.arms[0].users, 2);
  EXPECT_DOUBLE_EQ(status.arms[0].share_liked, (0.25 + 0.9) / 2);
  EXPECT_EQ(status.arms[1].users, 1);
  EXPECT_DOUBLE_EQ(status.arms[1].share_liked, 0.5);
  EXPECT_FALSE(status.arms[0].difference);
  EXPECT_NEAR(status.arms[1].difference->mean, 0.5 - 0.575, 1e-12);
  EXPECT_GE(status.arms[1].difference->low, -1);
}

TEST_F(ExperimentTest, AWorseChallengerIsStoppedOnceInAllProcessesAndAfterARestart) {
  const auto here = Make(Halves()), there = Make(Halves());
  PlayUsers(*here, 50, {{"a", 5}, {"b", 1}});
  Settle(*here);
  EXPECT_EQ(here->Status()->state, ExperimentState::kRunning);
  EXPECT_FALSE(here->Status()->arms[1].difference) << "too few users";
  PlayUsers(*here, 150, {{"a", 5}, {"b", 1}});
  Settle(*here);
  const ExperimentStatus status = here->Status().value();
  EXPECT_EQ(status.state, ExperimentState::kDecided);
  EXPECT_THAT((std::vector{status.arms[0].share_now, status.arms[1].share_now}), ElementsAre(1, 0));
  ASSERT_TRUE(status.arms[1].decision);
  const DecisionRecord decision = *status.arms[1].decision;
  EXPECT_EQ(decision.outcome, "worse");
  EXPECT_EQ(decision.decided_us, now_us_);
  EXPECT_EQ(decision.users + decision.first_users, 200);
  EXPECT_NEAR(decision.difference, -0.4, 0.02);
  EXPECT_LT(decision.high, 0);
  // Others know it without having counted anything, and decide nothing anew.
  const auto later = Make(Halves());
  for (Experiment* other : {later.get(), there.get()}) {
    for (int n = 0; n < 50; ++n) {
      const ChosenPolicy chosen = other->Choose("u" + std::to_string(n));
      EXPECT_EQ(chosen.policy, "a");
      EXPECT_EQ(chosen.split, "");
    }
    Settle(*other);
    EXPECT_EQ(other->Status()->arms[1].decision, decision);
    EXPECT_EQ(other->Status()->arms[1].users, decision.users);
  }
  // Also with other shares; another name begins anew.
  EXPECT_EQ(Make({.shares = {0.01, 0.99}})->Choose("u1").policy, "a");
  EXPECT_EQ(Make({.shares = {0.01, 0.99}, .experiment = "2"})->Choose("u1").policy, "b");
}

TEST_F(ExperimentTest, WithoutRulesNothingIsDecided) {
  const auto experiment = Make({.shares = {0.5, 0.5}, .smallest_experiment = 2});
  PlayUsers(*experiment, 100, {{"a", 9}, {"b", 0}});
  Settle(*experiment);
  EXPECT_EQ(experiment->Status()->state, ExperimentState::kRunning);
  EXPECT_LT(experiment->Status()->arms[1].difference->high, 0);
}

TEST_F(ExperimentTest, ABetterChallengerServesEverybodyWhereItIsToldTo) {
  ExperimentConfig config = Halves();
  config.stop_when_better = 0.1;
  config.until = "2026-03-08T00:00:00Z";
  const auto experiment = Make(config);
  PlayUsers(*experiment, 200, {{"a", 3}, {"b", 8}});
  Settle(*experiment);
  EXPECT_EQ(experiment->Status()->arms[1].decision->outcome, "better");
  for (int n = 0; n < 20; ++n) EXPECT_EQ(experiment->Choose("u" + std::to_string(n)).policy, "b");
  EXPECT_EQ(experiment->Status()->arms[1].share_now, 1);
  now_us_ += 7 * 24 * 60 * kMinuteUs;  // after its end
  EXPECT_EQ(experiment->Choose("u1").policy, "a");
  EXPECT_EQ(experiment->Status()->state, ExperimentState::kOver);
}

TEST_F(ExperimentTest, OneChallengerIsStoppedAndTheOtherGoesOn) {
  ExperimentConfig config = Halves();
  config.shares = {0.4, 0.3, 0.3};
  const auto experiment = Make(config, {"a", "b", "c"});
  PlayUsers(*experiment, 300, {{"a", 5}, {"b", 1}, {"c", 5}});
  Settle(*experiment);
  const ExperimentStatus status = experiment->Status().value();
  EXPECT_EQ(status.state, ExperimentState::kRunning);
  EXPECT_TRUE(status.arms[1].decision);
  EXPECT_FALSE(status.arms[2].decision);
  EXPECT_DOUBLE_EQ(status.arms[0].share_now, 0.7);
  // Users of the stopped policy don't count among the champion's, who were split by chance.
  const int64_t users = status.arms[0].users;
  int redirected = 0, champions = 0;
  for (int n = 0; n < 100; ++n) {
    const std::string user = "v" + std::to_string(n);
    const ChosenPolicy chosen = experiment->Choose(user);
    EXPECT_NE(chosen.policy, "b");
    if (chosen.policy == "a") ++(chosen.split.empty() ? redirected : champions);
    Play(user, chosen, 5);
  }
  EXPECT_GT(redirected, 10);
  Settle(*experiment);
  EXPECT_EQ(experiment->Status()->arms[0].users, users + champions);
}

TEST_F(ExperimentTest, CountsInPieces) {
  const auto experiment = Make(Halves());
  const std::string split = experiment->Choose("u").split;
  for (int n = 0; n < 5200; ++n)
    store_.AddSession({.id = "s" + std::to_string(n),
                       .user = "u",
                       .policy = "a",
                       .started_us = now_us_ + n / 100,
                       .end = "",
                       .split = split});
  Play("v", {"a", split}, 4);
  now_us_ += 40 * kMinuteUs;
  EXPECT_FALSE(experiment->Evaluate());
  EXPECT_LT(experiment->Status()->counted_until_us, kMarch + 60);
  EXPECT_TRUE(experiment->Evaluate());
  EXPECT_EQ(experiment->Status()->sessions, 1);
}

}  // namespace
}  // namespace lerl
