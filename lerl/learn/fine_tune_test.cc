#include "lerl/learn/fine_tune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
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
                   const EventsToJudge& which = kAllSessions) {
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
    LearnRequest request{.run = People().run(), .which = kAllSessions};
    request.config.seed = static_cast<int64_t>(seed);
    request.out = folder_.path();
    const LearnedRun learned = LearnFromEvents(store, request);
    EXPECT_FALSE(learned.policy.better) << seed << ": " << learned.policy.p_value;
    EXPECT_TRUE(learned.folder.empty());
    EXPECT_GT(learned.policy.epochs.size(), 3);
  }
}

// The epochs that were taken back, which say by which setting, and count nothing.
int64_t TakenBack(const LearnedPolicy& found, const std::string& setting) {
  int64_t taken_back = 0;
  for (const LearnedEpoch& epoch : found.epochs) {
    if (epoch.taken_back.empty()) continue;
    ++taken_back;
    EXPECT_FALSE(epoch.counts);
    EXPECT_THAT(epoch.taken_back, testing::HasSubstr(setting));
  }
  return taken_back;
}

TEST_F(FineTuneTest, TakesBackEpochsThatLeaveTheData) {
  People().Serve(store_, People().run(), LikesTheThird, {.people = 120});
  const LearnedRun near = Learn({"learning_rate=0.01", "target_kl=0.1", "least_effective=0"});
  EXPECT_GT(TakenBack(near.policy, "target_kl"), 0);
  EXPECT_GT(near.policy.best, 0) << ToJson(near).dump(2);
  for (const LearnedEpoch& epoch : near.policy.epochs)
    EXPECT_TRUE(!epoch.taken_back.empty() || epoch.kl <= 0.1);
  const LearnedRun told = Learn({"learning_rate=0.01", "least_effective=0.7", "target_kl=0"});
  EXPECT_GT(TakenBack(told.policy, "least_effective"), 0);
  EXPECT_GT(told.policy.best, 0) << ToJson(told).dump(2);
  for (const LearnedEpoch& epoch : told.policy.epochs)
    EXPECT_TRUE(!epoch.taken_back.empty() || epoch.held_out.effective_slates >=
                                                 0.7 * static_cast<double>(epoch.held_out.slates));
}

// A product that shows the first twelve items of its catalogue, three at a time.
class Product {
 public:
  explicit Product(const Dataset& dataset)
      : items_(dataset.item_ids.begin(), dataset.item_ids.begin() + 12) {}
  // Sessions of new people beside an apprentice; returns its mean agreement.
  double Show(EventStore& store, const std::filesystem::path& run,
              const std::string& people) const {
    int64_t now_us = 1'000'000;
    Recommender service(store, {{"policy", run}}, {.policy = {}, .apprentice = {.agreement = 1}},
                        [&now_us] { return now_us += 1000; });
    double sum = 0;
    for (int person = 0; person < 120; ++person) {
      const std::string id = service.Start(people + std::to_string(person)).id;
      for (size_t first = 0; first < 12; first += 3) {
        const auto own = items_.begin() + static_cast<std::ptrdiff_t>(first);
        service.Recommend(id, {}, "", {own, own + 3});
      }
      service.shadows()->WaitUntilIdle();
      const StoredSession stored = service.Session(id);
      for (const ShadowRecord& shadow : stored.shadows)
        sum += AgreementOf(shadow, stored.slates.at(At(shadow.step)).items);
    }
    return sum / (120 * 4);
  }

 private:
  const std::vector<std::string> items_;
};

// An apprentice that is taught what the product showed agrees with it more, with people of whom
// nothing was learned, and in the service as well as held-out users say.
TEST_F(FineTuneTest, AnApprenticeLearnsWhatTheProductShows) {
  const Product product(People().dataset());
  const double before = product.Show(store_, People().run(), "some ");
  const LearnedRun learned = Learn({"imitate=true", "learning_rate=0.01", "minibatch=8"});
  EXPECT_EQ(learned.stored.slates, 480);
  ASSERT_TRUE(learned.policy.better) << ToJson(learned).dump(2);
  const LearnedEpoch& best = learned.policy.epochs[At(learned.policy.best)];
  EXPECT_GT(best.likelihood.value_or(-1e9), learned.policy.epochs[0].likelihood.value_or(0));
  MemoryEventStore elsewhere;
  const double after = product.Show(elsewhere, learned.folder, "others ");
  EXPECT_GT(after, before + 0.3);
  EXPECT_NEAR(after, best.agreement.value_or(0), 0.1);
}

TEST_F(FineTuneTest, AnApprenticeLearnsNothingFromSlatesOfPolicies) {
  People().Serve(store_, People().run(), LikesTheThird, {.people = 50});
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { Learn({"imitate=true"}); }),
              testing::HasSubstr("0 slates"));
}

TEST_F(FineTuneTest, RefusesWhatSupportsNoLearning) {
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { Learn({}); }), testing::HasSubstr("0 slates"));
  People().Serve(store_, People().run(), LikesTheThird, {.people = 30});
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [&] { Learn({}); }),
              testing::AllOf(testing::HasSubstr("to judge by"), testing::HasSubstr("20 users")));
  // A range of times without a session, and a policy that served none.
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable,
                      [&] {
                        Learn({}, {.from_us = kAllSessions.to_us - 1,
                                   .to_us = kAllSessions.to_us,
                                   .policy = ""});
                      }),
              testing::HasSubstr("0 slates"));
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable,
                      [&] { Learn({}, {.to_us = kAllSessions.to_us, .policy = "other"}); }),
              testing::HasSubstr("0 slates"));
}

TEST_F(FineTuneTest, HoldsUsersOutByTheirNames) {
  const LearnConfig config;
  int held = 0;
  for (int user = 0; user < 1000; ++user) held += IsHeldOut("u" + std::to_string(user), config);
  EXPECT_NEAR(held, 300, 60);
  EXPECT_EQ(IsHeldOut("u1", config), IsHeldOut("u1", config));
}

// Every agent that can learn from slates does: the third category becomes likelier. By chance a
// store may say too little, or seem to (one in twenty has weights that
// eval/off_policy/served_slates.h refuses), so one of three has to show it. A policy of `cirs`
// moves less than the others.
TEST_F(FineTuneTest, EveryAgentThatCanLearnsWhatPeopleLike) {
  for (const std::string& name : AgentsThatLearnFromSlates()) {
    ServedPeople people({"agent.name=" + name});
    bool better = false;
    for (uint64_t seed = 1; seed <= 3 && !better; ++seed) {
      MemoryEventStore store;
      people.Serve(store, people.run(), LikesTheThird,
                   {.people = name == "cirs" ? 500 : 150, .seed = seed});
      LearnRequest request{.run = people.run(), .which = kAllSessions};
      request.config.gamma = 0;
      request.out = people.out() / std::to_string(seed);
      better = LearnFromEvents(store, request).policy.better;
    }
    EXPECT_TRUE(better) << name;
  }
}

}  // namespace
}  // namespace lerl
