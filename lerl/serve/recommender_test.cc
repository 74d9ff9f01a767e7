#include "lerl/serve/recommender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/serve/refusal.h"
#include "lerl/serve/time_format.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

class RecommenderTest : public testing::Test {
 protected:
  std::unique_ptr<Recommender> Make(const RecommenderConfig& config = {}) {
    return std::make_unique<Recommender>(
        store_, std::vector<NamedRun>{{"ppo", SmallServedRun::Get().folder()}}, config,
        [this] { return now_us_; });
  }
  // Feedback that likes the first item of a slate.
  static FeedbackRecord LikeFirst(const SlateRecord& slate, const std::string& event) {
    FeedbackRecord record;
    record.event = event;
    record.step = slate.step;
    record.item = slate.items[0];
    record.behaviours = {{"like", 1}};
    return record;
  }
  static std::string NameOf(const std::function<void()>& work) {
    try {
      work();
    } catch (const Refusal& refusal) {
      return refusal.name;
    }
    return "";
  }

  MemoryEventStore store_;
  int64_t now_us_ = 1'000'000;
};

TEST_F(RecommenderTest, ServesASessionFromItsStartToItsEnd) {
  const auto service = Make();
  const SessionRecord session = service->Start("somebody new");
  EXPECT_EQ(session.policy, "ppo");
  for (int32_t step = 0; step < 3; ++step) {
    const SlateRecord slate = service->Recommend(session.id, {}, "r-1");
    EXPECT_EQ(slate.step, step);
    EXPECT_EQ(slate.items.size(), 3);
    EXPECT_EQ(slate.plan.size(), 2);
    EXPECT_EQ(slate.version, service->Policies()[0].version);
    const FeedbackCounts counts =
        service->TakeFeedback(session.id, {LikeFirst(slate, "e" + std::to_string(step))});
    EXPECT_EQ(counts.accepted, 1);
  }
  EXPECT_TRUE(service->End(session.id));
  EXPECT_FALSE(service->End(session.id));
  const StoredSession stored = service->Session(session.id);
  EXPECT_EQ(stored.slates.size(), 3);
  EXPECT_EQ(stored.feedback.size(), 3);
  EXPECT_EQ(stored.session.end, "client");
}

// Two services on one store. The slate after a like differs from the one without, whichever of them
// took the like: feedback that was acknowledged is in the next slate.
TEST_F(RecommenderTest, FeedbackIsInTheNextSlateAlsoThroughAnotherProcess) {
  const auto here = Make(), there = Make();
  int differ = 0;
  for (int n = 0; n < 10; ++n) {
    const SessionRecord session = here->Start("u" + std::to_string(n));
    const SlateRecord first = here->Recommend(session.id, {});
    there->TakeFeedback(session.id, {LikeFirst(first, "e" + std::to_string(n))});
    const SlateRecord next = here->Recommend(session.id, {});
    // The same session without the like.
    SessionRecord twin = session;
    twin.id += "-twin";
    store_.AddSession(twin);
    SlateRecord same = first;
    same.session = twin.id;
    store_.AddSlate(same);
    const SlateRecord without = there->Recommend(twin.id, {});
    EXPECT_EQ(next.step, without.step);
    differ += next.log_probability != without.log_probability;
  }
  EXPECT_EQ(differ, 10);
}

TEST_F(RecommenderTest, AStepThatWasShownIsShownAgain) {
  const auto service = Make();
  const std::string id = service->Start("u").id;
  const SlateRecord first = service->Recommend(id, 0);
  EXPECT_EQ(service->Recommend(id, 0).items, first.items);
  EXPECT_EQ(store_.FindSession(id)->steps, 1);
  EXPECT_EQ(NameOf([&] { service->Recommend(id, 2); }), "step-ahead");
  EXPECT_EQ(NameOf([&] { service->Recommend(id, -1); }), "step-ahead");
  EXPECT_EQ(service->Recommend(id, 1).step, 1);
}

TEST_F(RecommenderTest, RepeatedFeedbackCountsOnceAndALyingRepeatIsRefused) {
  const auto service = Make();
  const std::string id = service->Start("u").id;
  const SlateRecord slate = service->Recommend(id, {});
  FeedbackRecord like = LikeFirst(slate, "e");
  EXPECT_EQ(service->TakeFeedback(id, {like, like}).repeated, 1);
  EXPECT_EQ(service->TakeFeedback(id, {like}).repeated, 1);
  FeedbackRecord other = LikeFirst(slate, "new");
  like.behaviours["like"] = 0;
  EXPECT_EQ(NameOf([&] { service->TakeFeedback(id, {other, like}); }), "event-conflict");
  EXPECT_EQ(store_.Size().feedback, 1);
}

// Back by a day, forward beyond the idle time, and back again.
TEST_F(RecommenderTest, AClockThatJumpsLosesNothing) {
  constexpr int64_t kDay = 86'400'000'000;
  const auto service = Make();
  now_us_ = 20'000 * kDay;
  const std::string id = service->Start("u").id;
  std::set<std::string> taken;
  const auto serve = [&](const std::string& event) {
    const SlateRecord slate = service->Recommend(id, {});
    EXPECT_EQ(service->TakeFeedback(id, {LikeFirst(slate, event)}).accepted, 1);
    taken.insert(event);
  };
  serve("before");
  now_us_ -= kDay;
  serve("a day ago");
  const SlateRecord last = service->Recommend(id, {});
  now_us_ += 2 * kDay;  // to this clock the session lay idle
  EXPECT_EQ(NameOf([&] { service->Recommend(id, {}); }), "session-ended");
  EXPECT_EQ(service->TakeFeedback(id, {LikeFirst(service->Recommend(id, 1), "a day ago")}).repeated,
            1);
  now_us_ -= 2 * kDay;
  EXPECT_EQ(NameOf([&] { service->TakeFeedback(id, {LikeFirst(last, "too late")}); }),
            "session-ended");
  // Whoever comes back is served, and nothing is gone or twice.
  EXPECT_EQ(service->Recommend(service->Start("u").id, {}).step, 0);
  const StoredSession stored = service->Session(id);
  EXPECT_EQ(stored.session.end, "idle");
  std::set<std::string> found;
  for (const FeedbackRecord& record : stored.feedback)
    EXPECT_TRUE(found.insert(record.event).second);
  EXPECT_EQ(found, taken);
}

TEST_F(RecommenderTest, FeedbackThatCanNotBeIsRefusedAndNothingChanges) {
  const auto service = Make();
  const std::string id = service->Start("u").id;
  const SlateRecord slate = service->Recommend(id, {});
  const auto refused = [&](const std::function<void(FeedbackRecord&)>& change) {
    FeedbackRecord bad = LikeFirst(slate, "bad");
    change(bad);
    return NameOf([&] { service->TakeFeedback(id, {LikeFirst(slate, "good"), bad}); });
  };
  EXPECT_EQ(refused([](auto& r) { r.event = ""; }), "bad-name");
  EXPECT_EQ(refused([](auto& r) { r.event = "a\nb"; }), "bad-name");
  EXPECT_EQ(refused([](auto& r) { r.step = 1; }), "never-shown");
  EXPECT_EQ(refused([](auto& r) { r.step = -1; }), "never-shown");
  const Catalog& catalog = *service->catalog();
  const auto other = [&] {
    int32_t item = 0;
    while (std::ranges::count(slate.items, catalog.ItemId(item)) > 0) ++item;
    return catalog.ItemId(item);
  }();
  EXPECT_EQ(refused([&](auto& r) { r.item = other; }), "never-shown");
  EXPECT_EQ(refused([](auto& r) { r.item = "no such item"; }), "unknown-item");
  EXPECT_EQ(refused([](auto& r) { r.item = ""; }), "bad-name");
  EXPECT_EQ(refused([](auto& r) { r.item = "a\nb"; }), "bad-name");
  EXPECT_EQ(refused([](auto& r) { r.behaviours.clear(); }), "no-behaviour");
  EXPECT_EQ(refused([](auto& r) { r.behaviours["love"] = 1; }), "unknown-behaviour");
  EXPECT_EQ(refused([](auto& r) { r.behaviours["like"] = std::nan(""); }), "bad-value");
  EXPECT_EQ(refused([](auto& r) { r.behaviours["like"] = -1; }), "bad-value");
  EXPECT_EQ(NameOf([&] { service->TakeFeedback("none", {}); }), "unknown-session");
  EXPECT_EQ(store_.Size().feedback, 0);
}

TEST_F(RecommenderTest, SessionsEndByTheClientByIdlenessAndByTheirLimit) {
  const auto service = Make({.policy = {}, .max_steps = 2, .idle_minutes = 10});
  const std::string ended = service->Start("u").id;
  const SlateRecord slate = service->Recommend(ended, {});
  service->TakeFeedback(ended, {LikeFirst(slate, "e")});
  service->End(ended);
  EXPECT_EQ(NameOf([&] { service->Recommend(ended, {}); }), "session-ended");
  EXPECT_EQ(NameOf([&] { service->TakeFeedback(ended, {LikeFirst(slate, "f")}); }),
            "session-ended");
  // What was acknowledged before may be repeated.
  EXPECT_EQ(service->TakeFeedback(ended, {LikeFirst(slate, "e")}).repeated, 1);
  const std::string idle = service->Start("u").id;
  now_us_ += 11 * 60'000'000LL;
  EXPECT_EQ(NameOf([&] { service->Recommend(idle, {}); }), "session-ended");
  EXPECT_EQ(store_.FindSession(idle)->session.end, "idle");
  const std::string longest = service->Start("u").id;
  service->Recommend(longest, {});
  service->Recommend(longest, {});
  EXPECT_EQ(NameOf([&] { service->Recommend(longest, {}); }), "session-ended");
  EXPECT_EQ(store_.FindSession(longest)->session.end, "limit");
}

// Many threads of two services ask for slates of one session: each step is shown once.
TEST_F(RecommenderTest, ARaceForAStepHasOneWinner) {
  const auto here = Make(), there = Make();
  const std::string id = here->Start("u").id;
  std::vector<std::thread> threads;
  std::atomic<int> served = 0;
  for (int n = 0; n < 6; ++n)
    threads.emplace_back([&, n] {
      for (int i = 0; i < 2; ++i) {
        if (NameOf([&] { (n % 2 == 0 ? here : there)->Recommend(id, {}); }).empty()) ++served;
      }
    });
  for (std::thread& thread : threads) thread.join();
  const StoredSession stored = here->Session(id);
  ASSERT_EQ(std::ssize(stored.slates), served);
  for (int32_t step = 0; step < served; ++step)
    EXPECT_EQ(stored.slates[static_cast<size_t>(step)].step, step);
}

TEST_F(RecommenderTest, ABrokenStoreIsAnErrorAndTheServiceGoesOnAfterwards) {
  const auto service = Make();
  const std::string id = service->Start("u").id;
  store_.broken = true;
  EXPECT_THROW(service->Recommend(id, {}), Error);
  EXPECT_THROW(service->Start("v"), Error);
  store_.broken = false;
  EXPECT_EQ(service->Recommend(id, {}).step, 0);
}

TEST_F(RecommenderTest, RefusesNamesAndPoliciesThatItDoesNotKnow) {
  const auto service = Make();
  EXPECT_EQ(NameOf([&] { service->Start(""); }), "bad-name");
  EXPECT_EQ(NameOf([&] { service->Start(".."); }), "bad-name");
  EXPECT_EQ(NameOf([&] { service->Start(std::string(129, 'u')); }), "bad-name");
  EXPECT_EQ(NameOf([&] { service->Start("u", "other"); }), "unknown-policy");
  EXPECT_EQ(NameOf([&] { service->Recommend("no such", {}); }), "unknown-session");
  const std::filesystem::path folder = SmallServedRun::Get().folder();
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage,
                      [&] {
                        Recommender(store_, {{"a", folder}, {"a", folder}}, {});
                      }),
              testing::HasSubstr("two policies are named a"));
}

// Users like nothing of b. Its new sessions go to the first policy once it is stopped, those that
// run go on with it; one recommender evaluates, another one on the store knows.
TEST_F(RecommenderTest, AWorsePolicyIsStoppedAndItsSessionsGoOnUntilTheyEnd) {
  const std::filesystem::path folder = SmallServedRun::Get().folder();
  RecommenderConfig config;
  config.experiment = {.shares = {0.5, 0.5}, .smallest_experiment = 20, .stop_when_worse = 0};
  const auto clock = [this] { return now_us_; };
  Recommender here(store_, {{"a", folder}, {"b", folder}}, config, clock);
  Recommender there(store_, {{"a", folder}, {"b", folder}}, config, clock);
  const auto play = [&](const std::string& user) {
    const SessionRecord session = here.Start(user);
    const SlateRecord slate = here.Recommend(session.id, {});
    if (session.policy == "a") here.TakeFeedback(session.id, {LikeFirst(slate, user)});
    return session;
  };
  for (int n = 0; n < 80; ++n) play("u" + std::to_string(n));
  now_us_ += 31 * 60'000'000LL;
  std::vector<SessionRecord> running;
  for (int n = 0; n < 10; ++n) running.push_back(play("v" + std::to_string(n)));
  EXPECT_TRUE(here.experiment().Evaluate());
  EXPECT_EQ(there.experiment().Choose("u").policy, "a");
  ASSERT_TRUE(there.experiment().Status()->arms[1].decision);
  int of_b = 0;
  for (const SessionRecord& session : running) {
    there.Recommend(session.id, {});
    EXPECT_EQ(there.Session(session.id).session.policy, session.policy);
    of_b += session.policy == "b";
    EXPECT_EQ(there.Start(session.user).policy, "a");
    EXPECT_EQ(there.Start(session.user, "b").policy, "b");  // named all the same
  }
  EXPECT_GT(of_b, 0);
}

TEST_F(RecommenderTest, AReloadTakesAGoodPolicyAndLeavesTheOldOneWhereItIsBad) {
  const TestFolder folder;
  const std::filesystem::path run = SmallServedRun::Get().CopyTo(folder.path() / "run");
  Recommender service(store_, {{"ppo", run}}, {});
  const std::string id = service.Start("u").id;
  EXPECT_EQ(service.Reload()[0].version, service.Recommend(id, {}).version);
  std::string damaged = ReadFile(run / "checkpoint.safetensors");
  damaged[damaged.size() / 2] ^= 1;
  folder.Write("run/checkpoint.safetensors", damaged);
  const std::string before = service.Policies()[0].version;
  EXPECT_THROW(service.Reload(), Error);
  EXPECT_EQ(service.Policies()[0].version, before);
  EXPECT_EQ(service.Recommend(id, {}).version, before);
}

TEST_F(RecommenderTest, WhatWaitedLongEnoughGetsTheDefaultAnswer) {
  const auto service = Make({.policy = {}, .default_answer = {.after_seconds = 60, .value = 1}});
  const std::string id = service->Start("u").id;
  const SlateRecord slate = service->Recommend(id, {});
  service->TakeFeedback(id, {LikeFirst(slate, "e")});
  now_us_ += 59'000'000;
  EXPECT_EQ(service->upkeep().AnswerByDefault().slates, 0);
  now_us_ += 2'000'000;
  const EventStore::DefaultAnswers answers = service->upkeep().AnswerByDefault();
  EXPECT_EQ(answers.slates, 1);
  EXPECT_EQ(answers.answers, 2);
  const StoredSession stored = service->Session(id);
  ASSERT_EQ(stored.feedback.size(), 3);
  EXPECT_EQ(stored.feedback[1].behaviours.at("like"), 1);
  EXPECT_EQ(stored.feedback[1].item, slate.items[1]);
  // Nobody else may give such an answer.
  FeedbackRecord forged = LikeFirst(slate, stored.feedback[1].event);
  EXPECT_EQ(NameOf([&] { service->TakeFeedback(id, {forged}); }), "bad-name");
}

TEST_F(RecommenderTest, WhoSaysNothingForLongEnoughHasLeft) {
  const auto service = Make({.policy = {}, .idle_minutes = 10});
  const std::string id = service->Start("u").id;
  service->Recommend(id, {});
  now_us_ += 9 * kMinuteUs;
  EXPECT_THAT(service->upkeep().EndIdle(), testing::IsEmpty());
  now_us_ += 2 * kMinuteUs;
  EXPECT_THAT(service->upkeep().EndIdle(), testing::ElementsAre(id));
  EXPECT_EQ(NameOf([&] { service->Recommend(id, {}); }), "session-ended");
  EXPECT_EQ(service->Session(id).session.end, "idle");
}

TEST_F(RecommenderTest, AShadowAnswersBesideAndIsShownToNobody) {
  const std::filesystem::path folder = SmallServedRun::Get().folder();
  Recommender service(store_, {{"a", folder}, {"b", folder}}, {.policy = {}, .shadows = {"b"}});
  EXPECT_FALSE(service.Policies()[0].shadow);
  EXPECT_TRUE(service.Policies()[1].shadow);
  EXPECT_EQ(NameOf([&] { service.Start("u", "b"); }), "shadow-policy");
  const std::string id = service.Start("u").id;
  for (int step = 0; step < 3; ++step) service.Recommend(id, {});
  service.shadows()->WaitUntilIdle();
  const StoredSession stored = service.Session(id);
  ASSERT_EQ(stored.shadows.size(), 3);
  // The same policy in the same state: the same slates.
  for (size_t step = 0; step < 3; ++step) {
    EXPECT_EQ(stored.shadows[step].policy, "b");
    EXPECT_EQ(stored.shadows[step].items, stored.slates[step].items);
    EXPECT_NEAR(stored.shadows[step].shown_probabilities[0], stored.slates[step].probabilities[0],
                1e-6);
  }
}

// What the product sends is shown, stored and answered, and the policy answers beside it; what a
// session that the policy serves is sent is passed over.
TEST_F(RecommenderTest, AnApprenticeAnswersBesideTheProduct) {
  const auto service = Make({.policy = {}, .apprentice = {.agreement = 0.9}});
  const std::vector<std::string> own = {
      service->catalog()->ItemId(7), service->catalog()->ItemId(3), service->catalog()->ItemId(9)};
  const SessionRecord session = service->Start("u");
  EXPECT_EQ(session.policy, "product");
  EXPECT_EQ(session.split, "apprentice 1: ppo " + service->Policies()[0].version);
  EXPECT_EQ(NameOf([&] { service->Recommend(session.id, {}); }), "product-slate-missing");
  const SlateRecord slate = service->Recommend(session.id, {}, "r-1", own);
  EXPECT_EQ(slate.items, own);
  EXPECT_EQ(slate.origin, "product");
  EXPECT_EQ(service->TakeFeedback(session.id, {LikeFirst(slate, "e")}).accepted, 1);
  EXPECT_EQ(service->Recommend(session.id, 0), slate);
  service->shadows()->WaitUntilIdle();
  const StoredSession stored = service->Session(session.id);
  ASSERT_EQ(stored.shadows.size(), 1);
  EXPECT_EQ(stored.shadows[0].policy, "ppo");
  EXPECT_EQ(stored.shadows[0].shown_probabilities.size(), 3);
  // By its name the policy serves, as on the page where a person tries it.
  const SessionRecord asked = service->Start("u", "ppo");
  EXPECT_EQ(service->Recommend(asked.id, {}, "r-2", own).version, service->Policies()[0].version);
  // It serves once that is decided.
  store_.AddDecision({.experiment = "apprentice 1", .policy = "ppo", .outcome = "agrees"});
  EXPECT_EQ(service->Start("u").policy, "ppo");
  EXPECT_EQ(service->Recommend(session.id, {}, "r-3", own).origin, "product");
}

}  // namespace
}  // namespace lerl
