#include "lerl/learn/stored_slates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/serve/guest.h"
#include "lerl/serve/judged_events.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/served_people.h"

namespace lerl {
namespace {

double LikesTheFirst(std::span<const int32_t> categories) { return categories[0] == 0 ? 1 : 0; }

class StoredSlatesTest : public testing::Test {
 protected:
  static ServedPeople& People() {
    static ServedPeople people({"planner.name=random"});
    return people;
  }
  StoredSlatesTest() {
    std::unique_ptr<World> world = LoadWorld(run_.config);
    AddGuest(*world);
    world_ = std::move(world);
  }
  StoredSlates Read(const ServedPolicyConfig& config = {},
                    const EventsToJudge& which = kAllSessions,
                    const SlatesToRead& what = {.gamma = 0.5}) {
    ServedPolicy policy(world_, run_, config);
    const Catalog catalog(world_->dataset);
    return ReadStoredSlates(store_, catalog, which, policy, task_, what, [](int64_t) {});
  }
  int64_t LeftOutFor(const StoredSlates& found, LeftOut why) const {
    return found.left_out[At(static_cast<int>(why))];
  }

  const ServedRun run_ = ReadServedRun(People().run());
  std::shared_ptr<const World> world_;
  MemoryEventStore store_;
  SessionLog task_;
};

// What was served is what learning sees: the logged probabilities, those that ServedPolicy::Judge
// gives and those of the learner's network agree, also where answers came late, and each plan's
// candidates are those that were logged.
TEST_F(StoredSlatesTest, ServedAndLearnedProbabilitiesAgree) {
  for (const bool late : {false, true})
    People().Serve(store_, People().run(), LikesTheFirst,
                   {.people = 6, .seed = late ? 1U : 2U, .late = late});
  const StoredSlates found = Read();
  EXPECT_EQ(found.sessions, 12);
  EXPECT_EQ(found.slates, 72);
  EXPECT_THAT(found.left_out, testing::Each(0));
  // A session whose answers are late has a history for each change of what was known.
  EXPECT_GT(found.histories.size(), 12);
  EXPECT_EQ(found.histories.size(), found.users.size());
  const Actors actors = LoadRun(*world_, run_.config, run_.seed, run_.folder);
  const JudgedEvents judged = [&] {
    ServedPolicy policy(world_, run_, {.temperature = 0.7});
    const Catalog catalog(world_->dataset);
    return JudgeEvents(store_, catalog, kAllSessions, policy, [](int64_t) {});
  }();
  size_t n = 0;
  VisitSlates(*actors.agent, *actors.agent, found.histories, [&](const SlateView& view) {
    std::vector<int32_t> candidates;
    for (size_t i = 0; i < view.drawn.candidates.size(); ++i)
      if (view.drawn.candidates[i]) candidates.push_back(static_cast<int32_t>(i));
    const std::vector<int32_t>& items = view.history.slates[view.drawn.place].items;
    const DrawnSlate now = ProbabilitiesOf(view.scores, candidates, items, view.drawn.temperature);
    for (size_t k = 0; k < items.size(); ++k) {
      EXPECT_NEAR(std::log(now.probabilities[k]), view.drawn.log_probabilities[k], 1e-3);
      EXPECT_NEAR(judged.slates[n].log_ratios[k], 0, 1e-3);
      EXPECT_EQ(judged.slates[n].rewards[k], view.drawn.rewards[k]);
    }
    ++n;
  });
  EXPECT_EQ(n, judged.slates.size());
}

TEST_F(StoredSlatesTest, CreditsASlateWithWhatCameAfterIt) {
  People().Serve(store_, People().run(), [](auto) { return 1.0; }, {.people = 1, .steps = 3});
  const StoredSlates found = Read();
  ASSERT_EQ(found.histories.size(), 1);
  std::vector<double> returns;
  for (const DrawnStep& drawn : found.histories[0].drawn) returns.push_back(drawn.returns);
  EXPECT_THAT(returns, testing::Pointwise(testing::DoubleNear(1e-6), {1.75, 1.5, 1.0}));
}

// With weights of its own, and an item that counts double.
TEST_F(StoredSlatesTest, CountsResponsesAsTheTaskDoes) {
  People().Serve(store_, People().run(), [](auto) { return 1.0; }, {.people = 1, .steps = 1});
  task_.reward_weights = {3};
  task_.price_factors.assign(At(world_->dataset.num_items()), 2);
  EXPECT_THAT(Read().histories.at(0).drawn.at(0).rewards,
              testing::Each(testing::DoubleNear(2, 1e-6)));
}

TEST_F(StoredSlatesTest, EarlierSessionsOfAUserAreTheirPast) {
  for (const int64_t started : {1, 1'000'000'000}) {
    SessionRecord session{.id = "s" + std::to_string(started),
                          .user = "u1",
                          .policy = "policy",
                          .seed = static_cast<uint64_t>(started),
                          .started_us = started,
                          .end = ""};
    store_.AddSession(session);
    Recommender service(store_, {{"policy", People().run()}}, {}, [&] { return started + 1; });
    service.Recommend(session.id, {});
    service.Recommend(session.id, {});
  }
  const StoredSlates found = Read();
  ASSERT_EQ(found.histories.size(), 2);
  EXPECT_EQ(found.histories[0].slates.size(), 2);
  EXPECT_EQ(found.histories[1].slates.size(), 4);
  EXPECT_EQ(found.histories[1].drawn[0].place, 2);
  EXPECT_EQ(found.histories[1].drawn[0].step, 0);
  EXPECT_THAT(found.left_out, testing::Each(0));
  // A range that begins later has the second session alone, with the same past.
  const StoredSlates later = Read({}, {.from_us = 10, .to_us = kAllSessions.to_us, .policy = ""});
  ASSERT_EQ(later.histories.size(), 1);
  EXPECT_EQ(later.histories[0].slates.size(), 4);
  EXPECT_EQ(later.first_us, 1'000'000'000);
  // Served without the past, another slate would have been shown.
  EXPECT_EQ(LeftOutFor(Read({.show_again = "never"}), LeftOut::kOtherCandidates), 2);
}

TEST_F(StoredSlatesTest, LeavesOutWhatWasNotDrawnInAStateOfThePolicy) {
  People().Serve(store_, People().run(), LikesTheFirst, {.people = 4});
  SlateRecord slate;
  slate.session = store_.NewestSessions(1)[0].session.id;
  SessionRecord session = store_.FindSession(slate.session)->session;
  const auto add = [&](const std::function<void(SlateRecord&)>& change) {
    session.id = slate.session = "broken " + std::to_string(session.started_us++);
    session.ended_us = 0;
    store_.AddSession(session);
    SlateRecord broken = slate;
    broken.items = {world_->dataset.item_ids[0], world_->dataset.item_ids[1],
                    world_->dataset.item_ids[2]};
    broken.probabilities = {0.1, 0.1, 0.1};
    broken.temperature = 1;
    change(broken);
    ASSERT_TRUE(store_.AddSlate(broken));
  };
  add([](SlateRecord& broken) { broken.items[1] = "unheard of"; });
  add([](SlateRecord& broken) { broken.temperature = 0; });
  add([](SlateRecord& broken) { broken.probabilities[2] = 0; });
  add([](SlateRecord& broken) { broken.items.pop_back(), broken.probabilities.pop_back(); });
  add([](SlateRecord& broken) { broken.candidates_hash = "of others"; });
  add([](SlateRecord& broken) { broken.plan = {"no category"}; });
  const StoredSlates found = Read();
  EXPECT_EQ(found.slates, 24);
  EXPECT_EQ(found.sessions, 4);
  EXPECT_EQ(LeftOutFor(found, LeftOut::kUnknownItems), 1);
  EXPECT_EQ(LeftOutFor(found, LeftOut::kNotDrawn), 2);
  EXPECT_EQ(LeftOutFor(found, LeftOut::kAnotherSize), 1);
  EXPECT_EQ(LeftOutFor(found, LeftOut::kOtherCandidates), 2);
}

TEST_F(StoredSlatesTest, RefusesAStoreOfOtherData) {
  SessionRecord session{.id = "a", .user = "u", .policy = "p", .started_us = 1, .end = ""};
  store_.AddSession(session);
  SlateRecord slate;
  slate.session = "a";
  slate.items = {"x", "y", "z"};
  slate.probabilities = {0.1, 0.1, 0.1};
  slate.temperature = 1;
  store_.AddSlate(slate);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { Read(); }),
              testing::HasSubstr("1 slates of the store have items that tiny"));
}

TEST_F(StoredSlatesTest, TheHashFollowsWhatIsLearnedFrom) {
  People().Serve(store_, People().run(), LikesTheFirst, {.people = 3});
  const std::string before = Read().hash;
  EXPECT_EQ(Read().hash, before);
  People().Serve(store_, People().run(), LikesTheFirst, {.people = 1, .seed = 9});
  EXPECT_NE(Read().hash, before);
}

}  // namespace
}  // namespace lerl
