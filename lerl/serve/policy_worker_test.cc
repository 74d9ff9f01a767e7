#include "lerl/serve/policy_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/tensor_file.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

std::unique_ptr<ServedPolicy> LoadSmallPolicy() {
  return std::make_unique<ServedPolicy>(SmallServedRun::Get().world(),
                                        ReadServedRun(SmallServedRun::Get().folder()),
                                        ServedPolicyConfig{.slots = 4});
}

// Twelve threads, each with a session of its own, and fewer slots than sessions: every one gets the
// slates that it would get alone.
TEST(PolicyWorker, AnswersManyThreadsAsItWouldAnswerEachAlone) {
  PolicyWorker worker(LoadSmallPolicy(), /*largest_batch=*/4);
  constexpr int kThreads = 12, kSteps = 5;
  std::vector<LiveSession> sessions(kThreads);
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; ++n) {
    threads.emplace_back([&, n] {
      LiveSession& session = sessions[At(n)];
      session = {.id = "s" + std::to_string(n), .user = n, .seed = At(n)};
      for (int step = 0; step < kSteps; ++step)
        session.steps.push_back({worker.Choose(session)->slate.items, {1, 0, 0}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  PolicyWorker alone(LoadSmallPolicy());
  for (const LiveSession& session : sessions) {
    LiveSession again{.id = session.id, .user = session.user, .seed = session.seed};
    for (const LiveStep& step : session.steps) {
      EXPECT_EQ(alone.Choose(again)->slate.items, step.items);
      again.steps.push_back(step);
    }
  }
}

// The small run as if it had been trained with a language model, which is not there.
ServedRun WithADeadModel(const TestFolder& folder) {
  ServedRun run = ReadServedRun(SmallServedRun::Get().CopyTo(folder.path() / "run"));
  run.config.planner.name = "llm";
  run.config.planner.llm.endpoint.urls = {"http://127.0.0.1:1/v1"};
  const std::filesystem::path path = run.folder / "checkpoint.safetensors";
  TensorFile file = ReadTensorFile(path, "checkpoint");
  nlohmann::json about = ParseJson(file.description);
  about["train_hash"] = TrainHash(run.config);
  file.description = about.dump();
  WriteTensorFile(path, file);
  return run;
}

// Whoever comes while a batch waits for its plans waits no longer than 30 ms in all: the second
// wait ends, at the latest, 30 ms after a time at which the second request had come.
TEST(PolicyWorker, ARequestThatFindsThePolicyBusyHasNoSecondDeadline) {
  using Clock = DeadlinePlanner::Clock;
  const TestFolder folder;
  const PolicyWorker* asked = nullptr;
  std::promise<void> first_waits;
  Clock::time_point second_had_come;
  std::vector<Clock::time_point> ends;
  const auto wait = [&](std::condition_variable&, std::unique_lock<std::mutex>&,
                        Clock::time_point until, const std::function<bool()>&) {
    ends.push_back(until);
    if (ends.size() > 1) return;
    first_waits.set_value();
    while (asked->waiting() == 0) std::this_thread::yield();
    second_had_come = Clock::now();
  };
  PolicyWorker worker(
      std::make_unique<ServedPolicy>(SmallServedRun::Get().world(), WithADeadModel(folder),
                                     ServedPolicyConfig{.slots = 4, .plan_wait = wait}));
  asked = &worker;
  std::thread first([&] { worker.Choose({.id = "a", .user = 1, .seed = 1}); });
  first_waits.get_future().wait();
  EXPECT_EQ(worker.Choose({.id = "b", .user = 2, .seed = 2}).value().plan.origin,
            PlanOrigin::kFallback);
  first.join();
  ASSERT_EQ(ends.size(), 2);
  EXPECT_LE(ends[1], second_had_come + std::chrono::milliseconds(30));
}

TEST(PolicyWorker, AFailureReachesWhoAskedAndTheNextIsServed) {
  PolicyWorker worker(LoadSmallPolicy());
  const LiveSession broken{.id = "a", .user = 1, .seed = 1, .steps = {{{1, 2, 1000}, {0, 0, 0}}}};
  EXPECT_THROW(worker.Choose(broken), CheckFailure);
  const LiveSession good{.id = "b", .user = 1, .seed = 1};
  EXPECT_TRUE(worker.Choose(good).has_value());
}

TEST(PolicyWorker, ChoosesInPlaceOfAnotherBesideThoseWhoAsk) {
  PolicyWorker worker(LoadSmallPolicy());
  const LiveSession session{.id = "a", .user = 1, .seed = 1};
  const Choice own = worker.Choose(session).value();
  std::thread other([&] {
    for (int n = 0; n < 20; ++n) worker.Choose({.id = "b", .user = 2, .seed = At(n)});
  });
  for (int n = 0; n < 20; ++n)
    EXPECT_EQ(worker.ChooseInPlaceOf(session, own.slate.items)->choice.slate.items,
              own.slate.items);
  other.join();
  const LiveSession broken{.id = "c", .user = 1, .seed = 1, .steps = {{{1, 2, 1000}, {0, 0, 0}}}};
  EXPECT_THROW(worker.ChooseInPlaceOf(broken, own.slate.items), CheckFailure);
  EXPECT_TRUE(worker.Choose(session).has_value());
}

}  // namespace
}  // namespace lerl
