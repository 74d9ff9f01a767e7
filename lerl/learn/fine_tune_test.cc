#include "lerl/learn/fine_tune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "lerl/learn/learned_run.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/served_people.h"

namespace lerl {
namespace {

double LikesAnything(std::span<const int32_t>) { return 0.4; }
double LikesTheThird(std::span<const int32_t> categories) { return categories[0] == 2 ? 0.9 : 0.1; }

class FineTuneTest : public testing::Test {
 protected:
  static ServedPeople& People() {
    static ServedPeople people;
    return people;
  }
  LearnedRun Learn(const std::vector<std::string>& sets,
                   const EventsToJudge& which = {.to_us = kForever, .policy = ""}) {
    LearnRequest request{.run = People().run(), .which = which};
    ConfigSource::FromText("", "test", sets).Read(request.config);
    request.out = folder_.path();
    return LearnFromEvents(store_, request);
  }

  TestFolder folder_;
  MemoryEventStore store_;
};

// Answers that depend on nothing teach nothing, however often one looks: no seed writes a version.
TEST_F(FineTuneTest, NoiseYieldsNoNewVersion) {
  for (const uint64_t seed : {1, 2, 3, 4, 5}) {
    MemoryEventStore store;
    People().Serve(store, People().run(), LikesAnything, {.people = 150, .seed = seed});
    LearnRequest request{.run = People().run(), .which = {.to_us = kForever, .policy = ""}};
    request.config.learner.learning_rate = 3e-3;
    request.config.seed = static_cast<int64_t>(seed);
    request.out = folder_.path();
    const LearnedRun learned = LearnFromEvents(store, request);
    EXPECT_FALSE(learned.policy.better) << seed << ": " << learned.policy.p_value;
    EXPECT_TRUE(learned.folder.empty());
    EXPECT_GT(learned.policy.epochs.size(), 3);
  }
}

TEST_F(FineTuneTest, EndsWhereThePolicyLeavesItsData) {
  People().Serve(store_, People().run(), LikesTheThird, {.people = 120});
  const LearnedRun far = Learn({"learning_rate=0.01", "target_kl=0.05", "epochs=50"});
  EXPECT_THAT(far.policy.ended, testing::HasSubstr("target_kl"));
  EXPECT_LT(far.policy.epochs.size(), 51);
  EXPECT_FALSE(far.policy.epochs.back().counts);
  EXPECT_NE(far.policy.best, std::ssize(far.policy.epochs) - 1);
  const LearnedRun thin =
      Learn({"learning_rate=0.01", "target_kl=0", "least_effective=0.7", "epochs=50"});
  EXPECT_THAT(thin.policy.ended, testing::HasSubstr("least_effective"));
}

TEST_F(FineTuneTest, RefusesWhatSupportsNoLearning) {
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { Learn({}); }), testing::HasSubstr("0 slates"));
  People().Serve(store_, People().run(), LikesTheThird, {.people = 30});
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { Learn({}); }),
              testing::AllOf(testing::HasSubstr("to judge by"), testing::HasSubstr("20 users")));
  // A range of times without a session, and a policy that served none.
  EXPECT_THAT(
      ErrorOf(ErrorKind::kUnusable,
              [&] { Learn({}, {.from_us = kForever - 1, .to_us = kForever, .policy = ""}); }),
      testing::HasSubstr("0 slates"));
  EXPECT_THAT(
      ErrorOf(ErrorKind::kUnusable, [&] { Learn({}, {.to_us = kForever, .policy = "other"}); }),
      testing::HasSubstr("0 slates"));
}

TEST_F(FineTuneTest, HoldsUsersOutByTheirNames) {
  const LearnConfig config;
  int held = 0;
  for (int user = 0; user < 1000; ++user) held += IsHeldOut("u" + std::to_string(user), config);
  EXPECT_NEAR(held, 300, 60);
  EXPECT_EQ(IsHeldOut("u1", config), IsHeldOut("u1", config));
}

// Every agent that can learn from slates does: the third category becomes likelier.
TEST_F(FineTuneTest, EveryAgentThatCanLearnsWhatPeopleLike) {
  for (const std::string& name : AgentsThatLearnFromSlates()) {
    ServedPeople people({"agent.name=" + name});
    MemoryEventStore store;
    people.Serve(store, people.run(), LikesTheThird, {.people = 150});
    LearnRequest request{.run = people.run(), .which = {.to_us = kForever, .policy = ""}};
    request.config.gamma = 0;
    request.config.learner.learning_rate = 3e-3;
    request.out = people.out();
    request.anyway = true;
    const LearnedRun learned = LearnFromEvents(store, request);
    ASSERT_GT(learned.policy.best, 0) << name;
    EXPECT_GT(learned.policy.epochs[static_cast<size_t>(learned.policy.best)].gain.gain.mean, 0.02)
        << name;
  }
}

}  // namespace
}  // namespace lerl
