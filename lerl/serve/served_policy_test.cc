#include "lerl/serve/served_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/base/index.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

class ServedPolicyTest : public testing::Test {
 protected:
  static ServedPolicy Load(const ServedPolicyConfig& config = {}) {
    return {SmallServedRun::Get().world(), ReadServedRun(SmallServedRun::Get().folder()), config};
  }
  static Choice Ask(ServedPolicy& policy, const LiveSession& session) {
    const LiveSession* one = &session;
    return policy.Choose({&one, 1})[0].value();
  }
  // A session of some steps, with the slates that the policy chose and every other item liked.
  static LiveSession Played(ServedPolicy& policy, const std::string& id, int32_t user, int steps) {
    LiveSession session{.id = id, .user = user, .seed = 5};
    for (int step = 0; step < steps; ++step)
      session.steps.push_back({Ask(policy, session).slate.items, {1, 0, 1}});
    return session;
  }

  const World& world_ = *SmallServedRun::Get().world();
  const int32_t guest_ = SmallServedRun::Get().guest();
};

TEST_F(ServedPolicyTest, PassesItsSelfTestAndSaysItsVersion) {
  ServedPolicy policy = Load();
  EXPECT_NO_THROW(policy.SelfTest());
  EXPECT_THAT(policy.run().version, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ(policy.run().version, Load().run().version);
}

TEST_F(ServedPolicyTest, ShowsWhatMayBeShownInsideThePlan) {
  ServedPolicy policy = Load();
  const LiveSession session = Played(policy, "a", 3, 4);
  const Choice next = Ask(policy, session);
  std::set<int32_t> shown;
  for (const LiveStep& step : session.steps) shown.insert(step.items.begin(), step.items.end());
  for (const int64_t row : PastRows(world_.dataset, world_.split, 3))
    shown.insert(world_.dataset.items[At(row)]);
  for (const int32_t item : next.slate.items) {
    EXPECT_FALSE(shown.contains(item));
    const auto categories = world_.dataset.CategoriesOf(item);
    EXPECT_TRUE(std::ranges::any_of(categories, [&](int32_t c) { return next.plan.plan[At(c)]; }));
  }
  EXPECT_GE(next.candidates, 3);
  EXPECT_LT(next.candidates, 60);
}

// A session in a slot, one that was pushed out of its slot, one built again by another process, and
// one in a batch: the same slate.
TEST_F(ServedPolicyTest, ASlateFollowsFromTheSessionAlone) {
  ServedPolicy policy = Load({.slots = 2}), other = Load();
  const LiveSession session = Played(policy, "a", guest_, 3);
  const Choice held = Ask(policy, session);
  Played(policy, "b", 1, 1);
  Played(policy, "c", 2, 1);
  const Choice again = Ask(policy, session), elsewhere = Ask(other, session);
  EXPECT_EQ(again.slate.items, held.slate.items);
  EXPECT_EQ(elsewhere.slate.items, held.slate.items);
  EXPECT_EQ(again.candidates_hash, held.candidates_hash);
  for (size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(elsewhere.slate.probabilities[k], held.slate.probabilities[k], 1e-4);
  const LiveSession beside = Played(other, "d", 4, 2);
  const LiveSession* both[] = {&beside, &session};
  EXPECT_EQ(other.Choose(both)[1]->slate.items, held.slate.items);
}

// An answer to a slate of long ago, which the state has taken in as not liked: the session is built
// again, as if the answer had been there from the beginning.
TEST_F(ServedPolicyTest, ALateAnswerChangesTheState) {
  ServedPolicy policy = Load(), other = Load();
  LiveSession session = Played(policy, "a", 3, 3);
  for (uint32_t& response : session.steps[0].responses) response ^= 1U;
  const Choice here = Ask(policy, session), there = Ask(other, session);
  EXPECT_EQ(here.slate.items, there.slate.items);
  EXPECT_NEAR(here.slate.log_probability, there.slate.log_probability, 1e-3);
}

TEST_F(ServedPolicyTest, ItemsOfEarlierSessionsComeAgainWhereTheyMay) {
  const LiveSession fresh{.id = "a", .user = guest_, .seed = 2};
  LiveSession back{.id = "b", .user = guest_, .seed = 2};
  for (int32_t item = 0; item < 30; item += 3)
    back.past.push_back({{item, item + 1, item + 2}, {1, 1, 1}});
  const auto lost = [&](const std::string& show_again) {
    ServedPolicy policy = Load({.show_again = show_again});
    return Ask(policy, fresh).candidates - Ask(policy, back).candidates;
  };
  EXPECT_EQ(lost("next_session"), 0);
  EXPECT_GT(lost("never"), 0);
}

// A slate of two items, which another policy has shown: its items don't come again, and the state
// does without it.
TEST_F(ServedPolicyTest, PassesOverSlatesOfAnotherSize) {
  ServedPolicy policy = Load();
  LiveSession session{.id = "a", .user = guest_, .seed = 2};
  const int64_t before = Ask(policy, session).candidates;
  session.steps.push_back({Ask(policy, session).slate.items, {0, 0, 0}});
  session.steps.back().items.pop_back();
  session.steps.back().responses.pop_back();
  const Choice next = Ask(policy, session);
  EXPECT_LE(next.candidates, before);
  for (const int32_t item : session.steps[0].items)
    EXPECT_EQ(std::ranges::count(next.slate.items, item), 0);
}

TEST_F(ServedPolicyTest, SaysSoWhereTooFewItemsAreLeft) {
  ServedPolicy policy = Load({.show_again = "never"});
  LiveSession session{.id = "a", .user = guest_, .seed = 2};
  for (int32_t first = 0; first + 3 <= 57; first += 3)
    session.past.push_back({{first, first + 1, first + 2}, {0, 0, 0}});
  const LiveSession* one = &session;
  EXPECT_TRUE(policy.Choose({&one, 1})[0].has_value());  // three are left
  session.id = "b";
  session.past.push_back({{57, 58, 59}, {0, 0, 0}});
  EXPECT_FALSE(policy.Choose({&one, 1})[0].has_value());
}

// In the place of a slate that it chose itself it would show the same, with the same probabilities;
// of one with an item that may not be shown it knows the probabilities up to there.
TEST_F(ServedPolicyTest, ChoosesInPlaceOfAnother) {
  ServedPolicy policy = Load();
  const LiveSession session = Played(policy, "a", guest_, 2);
  const Choice own = Ask(policy, session);
  const ShadowChoice same = policy.ChooseInPlaceOf(session, own.slate.items).value();
  EXPECT_EQ(same.choice.slate.items, own.slate.items);
  for (size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(same.shown_probabilities[k], own.slate.probabilities[k], 1e-9);
  std::vector<int32_t> other = own.slate.items;
  other[1] = session.steps[0].items[0];  // shown before
  const std::vector<double> known = policy.ChooseInPlaceOf(session, other)->shown_probabilities;
  EXPECT_NEAR(known[0], own.slate.probabilities[0], 1e-9);
  EXPECT_EQ(known[1], 0);
  EXPECT_EQ(known[2], 0);
}

}  // namespace
}  // namespace lerl
