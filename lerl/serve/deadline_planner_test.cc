#include "lerl/serve/deadline_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "lerl/planner/fallback_planner.h"

namespace lerl {
namespace {

using testing::ElementsAre;

// Ranks 2, 1, 0 once it may; each answer waits for a permit.
class GatedPlanner : public Planner {
 public:
  explicit GatedPlanner(std::shared_future<void> gate) : gate_(std::move(gate)) {}
  std::string name() const override { return "gated"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    gate_.wait();
    if (fail) throw std::runtime_error("the server is gone");
    ++asked;
    return std::vector<Plan>(
        requests.size(),
        {.ranking = {2, 1, 0}, .raw_first = {}, .origin = PlanOrigin::kFresh, .reason = ""});
  }
  std::atomic<bool> fail = false;
  std::atomic<int> asked = 0;

 private:
  std::shared_future<void> gate_;
};

// Ranks by number.
class NumberPlanner : public Planner {
 public:
  std::string name() const override { return "number"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    return std::vector<Plan>(requests.size(),
                             {.ranking = {0, 1, 2}, .raw_first = {}, .reason = ""});
  }
};

class DeadlinePlannerTest : public testing::Test {
 protected:
  void Make(std::chrono::milliseconds deadline) {
    Make({.deadline = deadline, .pause = std::chrono::milliseconds(1)});
  }
  void Make(DeadlinePlanner::Options options) {
    auto slow = std::make_unique<GatedPlanner>(gate_.get_future().share());
    slow_ = slow.get();
    auto planner = std::make_unique<DeadlinePlanner>(std::move(slow), std::move(options));
    planner_ = planner.get();
    whole_ =
        std::make_unique<FallbackPlanner>(std::move(planner), std::make_unique<NumberPlanner>());
  }
  Plan Ask(uint64_t session, int step, std::vector<uint8_t> candidates = {1, 1, 1}) {
    PlanSnapshot state(3);
    state.seed = session;
    state.step = step;
    state.candidates = std::move(candidates);
    const PlanRequest request = state.View();
    return whole_->Rank({&request, 1}, PlanMode::kEvaluation)[0];
  }

  std::promise<void> gate_;
  GatedPlanner* slow_ = nullptr;
  DeadlinePlanner* planner_ = nullptr;
  std::unique_ptr<Planner> whole_;  // with the planner below it, as it is served
};

constexpr std::chrono::milliseconds kNoTime{0}, kAllTheTime{600'000};

TEST_F(DeadlinePlannerTest, APlanInTimeIsTheSlowPlanners) {
  Make(kAllTheTime);
  gate_.set_value();
  const Plan plan = Ask(1, 0);
  EXPECT_THAT(plan.ranking, ElementsAre(2, 1, 0));
  EXPECT_EQ(plan.origin, PlanOrigin::kFresh);
  Ask(1, 0);  // the same state is not asked twice
  EXPECT_EQ(slow_->asked, 1);
  EXPECT_EQ(planner_->Health().in_time, 2);
}

// While the slow planner hangs, requests are served, and nothing piles up: of one session only the
// newest state waits.
TEST_F(DeadlinePlannerTest, AHangingPlannerKeepsNobodyWaiting) {
  Make(kNoTime);
  for (int step = 0; step < 50; ++step) {
    const Plan plan = Ask(1, step);
    EXPECT_EQ(plan.origin, PlanOrigin::kFallback);
    EXPECT_THAT(plan.ranking, ElementsAre(0, 1, 2));
    EXPECT_THAT(plan.reason, testing::HasSubstr("not ready"));
  }
  EXPECT_LE(planner_->Health().waiting, 1);
  EXPECT_EQ(planner_->Health().fallback, 50);
  // Nor do many sessions pile up.
  for (uint64_t session = 2; session < 1000; ++session) Ask(session, 0);
  EXPECT_LE(planner_->Health().waiting, 256);
  gate_.set_value();
}

// Unless it is told otherwise, a request waits once, until 30 ms after it began, and then answers.
// When it began lies between a look at the clock before it and one in the wait itself.
TEST_F(DeadlinePlannerTest, AsksToWaitForThirtyMillisecondsAndNoMore) {
  using Clock = DeadlinePlanner::Clock;
  Clock::time_point before;
  auto at_least = Clock::duration::max(), at_most = Clock::duration::min();
  int waits = 0;
  Make({.wait = [&](std::condition_variable&, std::unique_lock<std::mutex>&,
                    Clock::time_point until, const std::function<bool()>&) {
    ++waits;
    at_least = std::min(at_least, until - before);
    at_most = std::max(at_most, until - Clock::now());
  }});
  for (int step = 0; step < 20; ++step) {
    before = Clock::now();
    Ask(1, step);
  }
  EXPECT_EQ(waits, 20);
  EXPECT_EQ(planner_->Health().fallback, 20);
  EXPECT_GE(at_least, std::chrono::milliseconds(30));
  EXPECT_LE(at_most, std::chrono::milliseconds(30));
  gate_.set_value();
}

// A request that has waited elsewhere counts from when it came, and the next one from its own call.
TEST_F(DeadlinePlannerTest, CountsTheDeadlineFromWhenARequestCame) {
  using Clock = DeadlinePlanner::Clock;
  std::vector<Clock::time_point> ends;
  Make(
      {.wait = [&](std::condition_variable&, std::unique_lock<std::mutex>&, Clock::time_point until,
                   const std::function<bool()>&) { ends.push_back(until); }});
  const Clock::time_point came = Clock::now() - std::chrono::milliseconds(20);
  planner_->Since(came);
  Ask(1, 0);
  Ask(1, 1);
  ASSERT_EQ(ends.size(), 2);
  EXPECT_EQ(ends[0], came + std::chrono::milliseconds(30));
  EXPECT_GT(ends[1], came + std::chrono::milliseconds(50));
  gate_.set_value();
}

// During the pause after a failure there is nothing to wait for, and a pause that ends in time is
// waited out.
TEST_F(DeadlinePlannerTest, KeepsNobodyWaitingWhileThePlannerPauses) {
  std::atomic<bool> served = false;
  bool at_once = true;
  Make({.deadline = std::chrono::minutes(1),
        .pause = std::chrono::minutes(10),
        .wait = [&](std::condition_variable& answered, std::unique_lock<std::mutex>& lock,
                    DeadlinePlanner::Clock::time_point until, const std::function<bool()>& done) {
          if (served) at_once = at_once && done();
          DeadlinePlanner::WaitUntil(answered, lock, until, done);
        }});
  slow_->fail = true;
  gate_.set_value();
  EXPECT_EQ(Ask(1, 0).reason, "the server is gone");
  served = true;
  for (int step = 1; step < 20; ++step) EXPECT_EQ(Ask(1, step).origin, PlanOrigin::kFallback);
  EXPECT_TRUE(at_once);
  EXPECT_EQ(planner_->Health().failures, 1);
}

// The wait itself ends by the clock: the planner answers nobody until all 20 have been served.
TEST_F(DeadlinePlannerTest, TheDefaultDeadlinePassesWhileThePlannerHangs) {
  Make(DeadlinePlanner::Options());
  for (int step = 0; step < 20; ++step) {
    const auto begin = DeadlinePlanner::Clock::now();
    EXPECT_EQ(Ask(1, step).origin, PlanOrigin::kFallback);
    EXPECT_GE(DeadlinePlanner::Clock::now() - begin, std::chrono::milliseconds(30));
  }
  EXPECT_EQ(slow_->asked, 0);
  gate_.set_value();
}

TEST_F(DeadlinePlannerTest, ALateRequestKeepsTheSessionsLastPlanLessWhatIsNoCandidate) {
  Make(std::chrono::milliseconds(300));
  gate_.set_value();
  while (Ask(1, 0).origin != PlanOrigin::kFresh) {
  }
  slow_->fail = true;
  const Plan kept = Ask(1, 1, {1, 1, 0});
  EXPECT_EQ(kept.origin, PlanOrigin::kKept);
  EXPECT_THAT(kept.ranking, ElementsAre(1, 0));
  const Plan other = Ask(2, 0);
  EXPECT_EQ(other.origin, PlanOrigin::kFallback);
  EXPECT_EQ(other.reason, "the server is gone");
  EXPECT_GT(planner_->Health().failures, 0);
  // It comes back, and so do its plans.
  slow_->fail = false;
  while (Ask(2, 0).origin != PlanOrigin::kFresh) {
  }
  EXPECT_EQ(planner_->Health().last_failure, "");
}

// A state that is foreseen is ready when its request comes, without any wait.
TEST_F(DeadlinePlannerTest, WhatWasForeseenIsReady) {
  Make(kNoTime);
  std::atomic<bool> foreseen = false;
  planner_->ForeseeBy([&]() -> std::optional<PlanSnapshot> {
    if (foreseen.exchange(true)) return std::nullopt;
    PlanSnapshot state(3);
    state.seed = 7;
    state.step = 4;
    return state;
  });
  planner_->Wake();
  gate_.set_value();
  while (planner_->Health().answers == 0) std::this_thread::yield();
  EXPECT_EQ(Ask(7, 4).origin, PlanOrigin::kFresh);
  EXPECT_EQ(slow_->asked, 1);
  whole_.reset();  // its thread asks for states until then
}

// A planner that takes long to make, and can't be made at first: nobody waits, and it is told what
// was said meanwhile.
TEST_F(DeadlinePlannerTest, KeepsNobodyWaitingWhileItsPlannerIsBeingMade) {
  class ToldPlanner : public GatedPlanner {
   public:
    using GatedPlanner::GatedPlanner;
    void BeginIteration(uint64_t seed, PlanMode) override { told = seed; }
    uint64_t told = 0;
  };
  std::atomic<ToldPlanner*> made = nullptr;
  const std::shared_future<void> gate = gate_.get_future().share();
  std::atomic<int> tries = 0;
  planner_ = new DeadlinePlanner("gated",
                                 [&]() -> std::unique_ptr<Planner> {
                                   if (tries++ == 0) throw std::runtime_error("no such file");
                                   gate.wait();
                                   auto planner = std::make_unique<ToldPlanner>(gate);
                                   made = planner.get();
                                   return planner;
                                 },
                                 {.deadline = kAllTheTime, .pause = std::chrono::milliseconds(1)});
  whole_ = std::make_unique<FallbackPlanner>(std::unique_ptr<Planner>(planner_),
                                             std::make_unique<NumberPlanner>());
  EXPECT_EQ(planner_->name(), "gated");
  whole_->BeginIteration(5, PlanMode::kEvaluation);
  EXPECT_THAT(Ask(1, 0).reason, testing::HasSubstr("still being loaded"));
  while (planner_->Health().failures == 0) std::this_thread::yield();
  EXPECT_EQ(planner_->Health().last_failure, "no such file");
  EXPECT_EQ(Ask(1, 0).reason, "no such file");
  gate_.set_value();
  while (planner_->Health().answers == 0) std::this_thread::yield();
  EXPECT_EQ(made.load()->told, 5);
  EXPECT_EQ(Ask(1, 0).origin, PlanOrigin::kFresh);
  EXPECT_EQ(planner_->Health().last_failure, "");
}

TEST_F(DeadlinePlannerTest, EndsWhileItsPlannerIsAtWork) {
  Make(kNoTime);
  Ask(1, 0);
  gate_.set_value();
  whole_.reset();
}

// One that judges has no use for a stand-in: it waits for a planner that has yet to be made.
TEST(DeadlinePlanner, WaitsUntilThePlannerIsMadeWhereItIsToldTo) {
  DeadlinePlanner planner("number", [] { return std::make_unique<NumberPlanner>(); },
                          {.deadline = std::chrono::minutes(10), .waits_until_made = true});
  PlanSnapshot state(3);
  state.candidates = {1, 1, 1};
  const PlanRequest request = state.View();
  EXPECT_THAT(planner.Rank({&request, 1}, PlanMode::kEvaluation)[0].ranking, ElementsAre(0, 1, 2));
  EXPECT_EQ(planner.Health().in_time, 1);
  planner.ForgetHealth();
  EXPECT_EQ(planner.Health().in_time, 0);
}

// It fails instead of waiting where the planner can't be made.
TEST(DeadlinePlanner, DoesNotWaitForAPlannerThatCanNotBeMade) {
  DeadlinePlanner planner(
      "none", []() -> std::unique_ptr<Planner> { throw std::runtime_error("no model"); },
      {.deadline = std::chrono::minutes(10), .waits_until_made = true});
  PlanSnapshot state(3);
  const PlanRequest request = state.View();
  const Plan plan = planner.Rank({&request, 1}, PlanMode::kEvaluation)[0];
  EXPECT_EQ(plan.origin, PlanOrigin::kFallback);
  EXPECT_EQ(plan.reason, "no model");
}

// As when items are added: sessions that run keep their plans, and the planner is there already.
TEST_F(DeadlinePlannerTest, TakesOverTheLatestPlansOfAnother) {
  Make(std::chrono::minutes(10));
  gate_.set_value();
  Ask(7, 0);
  std::promise<void> never;
  DeadlinePlanner next(std::make_unique<GatedPlanner>(never.get_future().share()),
                       {.deadline = std::chrono::milliseconds(0)});
  next.TakeOver(*planner_);
  next.WaitUntilMade(std::chrono::minutes(10));
  PlanSnapshot state(3);
  state.seed = 7;
  state.step = 1;
  state.candidates = {1, 1, 1};
  const PlanRequest request = state.View();
  const Plan plan = next.Rank({&request, 1}, PlanMode::kEvaluation)[0];
  EXPECT_EQ(plan.origin, PlanOrigin::kKept);
  EXPECT_THAT(plan.ranking, ElementsAre(2, 1, 0));
  never.set_value();
}

}  // namespace
}  // namespace lerl
