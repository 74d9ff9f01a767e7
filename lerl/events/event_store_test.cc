// The contract of event_store.h, held against every kind of store.

#include "lerl/events/event_store.h"

#include <gmock/gmock.h>

#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Outcome = FeedbackOutcome;

class EventStoreTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(, EventStoreTest, ::testing::Values("sqlite", "postgres"), NameOfStore);

std::vector<std::string> Ids(const std::vector<SessionRecord>& sessions) {
  std::vector<std::string> ids;
  for (const SessionRecord& session : sessions) ids.push_back(session.id);
  return ids;
}

std::vector<std::string> Ids(const std::vector<StoredSession>& sessions) {
  std::vector<std::string> ids;
  for (const StoredSession& stored : sessions) ids.push_back(stored.session.id);
  return ids;
}

TEST_P(EventStoreTest, GivesBackASessionAsItWas) {
  const auto store = Open();
  EXPECT_FALSE(store->FindSession("s").has_value());
  store->AddSession(SessionNamed("s"));
  const std::optional<SessionState> state = store->FindSession("s");
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->session, SessionNamed("s"));
  EXPECT_EQ(state->steps, 0);
  EXPECT_EQ(state->feedback, 0);
}

TEST_P(EventStoreTest, TakesTheSameSessionTwiceAndAnotherOneWithItsIdNever) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->AddSession(SessionNamed("s"));
  ErrorOf(ErrorKind::kUsage, [&] { store->AddSession(SessionNamed("s", "bob")); });
  EXPECT_EQ(store->FindSession("s")->session.user, "ann");
  EXPECT_EQ(store->Size().sessions, 1);
}

TEST_P(EventStoreTest, EndsASessionOnce) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  EXPECT_FALSE(store->EndSession("other", 5000, "client"));
  EXPECT_TRUE(store->EndSession("s", 5000, "client"));
  EXPECT_FALSE(store->EndSession("s", 6000, "idle"));
  EXPECT_EQ(store->FindSession("s")->session.ended_us, 5000);
  EXPECT_EQ(store->FindSession("s")->session.end, "client");
}

TEST_P(EventStoreTest, EndsTheSessionsThatLieIdleTheOldestFirst) {
  const auto store = Open();
  for (const char* id : {"a", "shown", "said", "ended", "b"}) store->AddSession(SessionNamed(id));
  store->AddSession(SessionNamed("young", "ann", 4000));
  store->AddSlate(SlateOf("shown", 0, 4000));
  store->AddSlate(SlateOf("said", 0, 2000));
  AddOne(*store, FeedbackOf("said", "e", 4000));
  store->AddSlate(SlateOf("b", 0, 2000));
  store->EndSession("ended", 2000, "client");
  EXPECT_THAT(store->EndIdle(4000, 9000, 0), IsEmpty());
  EXPECT_THAT(store->EndIdle(4000, 9000, 1), ElementsAre("a"));
  EXPECT_THAT(store->EndIdle(4000, 9000, 9), ElementsAre("b"));
  EXPECT_THAT(store->EndIdle(4000, 9000, 9), IsEmpty());
  const SessionRecord ended = store->FindSession("b")->session;
  EXPECT_EQ(ended.ended_us, 9000);
  EXPECT_EQ(ended.end, "idle");
  EXPECT_EQ(store->FindSession("shown")->session.ended_us, 0);
}

TEST_P(EventStoreTest, KeepsSlatesBitForBit) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  SlateRecord empty = SlateOf("s", 1);
  empty.items.clear();
  empty.probabilities.clear();
  empty.plan.clear();
  empty.log_probability = -4.9406564584124654e-324;
  EXPECT_TRUE(store->AddSlate(SlateOf("s", 0)));
  EXPECT_TRUE(store->AddSlate(empty));
  EXPECT_THAT(store->Slates("s", 0), ElementsAre(SlateOf("s", 0), empty));
  EXPECT_THAT(store->Slates("s", 1), ElementsAre(empty));
  EXPECT_THAT(store->Slates("s", 2), IsEmpty());
  EXPECT_EQ(store->FindSession("s")->steps, 2);
}

TEST_P(EventStoreTest, TakesASlateOfTheNextStepOfARunningSessionAlone) {
  const auto store = Open();
  EXPECT_FALSE(store->AddSlate(SlateOf("s", 0)));
  store->AddSession(SessionNamed("s"));
  EXPECT_FALSE(store->AddSlate(SlateOf("s", 1)));
  EXPECT_TRUE(store->AddSlate(SlateOf("s", 0)));
  EXPECT_FALSE(store->AddSlate(SlateOf("s", 0)));
  store->EndSession("s", 5000, "limit");
  EXPECT_FALSE(store->AddSlate(SlateOf("s", 1)));
  EXPECT_EQ(store->FindSession("s")->steps, 1);
  EXPECT_EQ(store->Slates("s", 0).size(), 1U);
}

TEST_P(EventStoreTest, NumbersFeedbackInTheOrderReceived) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  const std::vector<FeedbackRecord> two = {FeedbackOf("s", "e2"), FeedbackOf("s", "e1")};
  EXPECT_THAT(store->AddFeedback(two), ElementsAre(Outcome::kAdded, Outcome::kAdded));
  EXPECT_THAT(AddOne(*store, FeedbackOf("s", "e0")), ElementsAre(Outcome::kAdded));
  std::vector<FeedbackRecord> expected = {two[0], two[1], FeedbackOf("s", "e0")};
  for (size_t i = 0; i < expected.size(); ++i) expected[i].number = static_cast<int64_t>(i) + 1;
  EXPECT_EQ(store->Feedback("s", 0), expected);
  EXPECT_THAT(store->Feedback("s", 2), ElementsAre(expected[2]));
  EXPECT_THAT(store->Feedback("s", 3), IsEmpty());
  EXPECT_EQ(store->FindSession("s")->feedback, 3);
}

TEST_P(EventStoreTest, CountsAnEventOnce) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  const FeedbackRecord first = FeedbackOf("s", "e");
  const std::vector<FeedbackRecord> twice = {first, first};
  EXPECT_THAT(store->AddFeedback(twice), ElementsAre(Outcome::kAdded, Outcome::kRepeated));
  EXPECT_THAT(AddOne(*store, FeedbackOf("s", "e", 9999)), ElementsAre(Outcome::kRepeated));
  EXPECT_EQ(store->Feedback("s", 0).size(), 1U);
  EXPECT_EQ(store->Feedback("s", 0)[0].received_us, first.received_us);
}

TEST_P(EventStoreTest, TellsWhatDiffersFromARepeat) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->AddSession(SessionNamed("t"));
  AddOne(*store, FeedbackOf("s", "e"));
  std::vector<FeedbackRecord> others(5, FeedbackOf("s", "e"));
  others[0].session = "t";
  others[1].step = 1;
  others[2].item = "b";
  others[3].behaviours["like"] = 0.5;
  others[4].happened_us = 0;
  for (const FeedbackRecord& other : others)
    EXPECT_THAT(AddOne(*store, other), ElementsAre(Outcome::kConflict));
  EXPECT_EQ(store->Size().feedback, 1);
}

TEST_P(EventStoreTest, AddsAllFeedbackOrNone) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  AddOne(*store, FeedbackOf("s", "known"));
  FeedbackRecord conflict = FeedbackOf("s", "known");
  conflict.item = "b";
  const std::vector<FeedbackRecord> records = {FeedbackOf("s", "new"), FeedbackOf("s", "known"),
                                               conflict, FeedbackOf("s", "newer")};
  EXPECT_THAT(store->AddFeedback(records), ElementsAre(Outcome::kAdded, Outcome::kRepeated,
                                                       Outcome::kConflict, Outcome::kAdded));
  EXPECT_EQ(store->Feedback("s", 0).size(), 1U);
  EXPECT_EQ(store->FindSession("s")->feedback, 1);
  EXPECT_THAT(AddOne(*store, FeedbackOf("s", "new")), ElementsAre(Outcome::kAdded));
  EXPECT_EQ(store->Feedback("s", 1)[0].number, 2);
}

TEST_P(EventStoreTest, SaysWhereThereIsNoSession) {
  const auto store = Open();
  const std::vector<FeedbackRecord> two = {FeedbackOf("s", "e1"), FeedbackOf("s", "e2")};
  EXPECT_THAT(store->AddFeedback(two), ElementsAre(Outcome::kNoSession, Outcome::kNoSession));
  EXPECT_THAT(store->AddFeedback({}), IsEmpty());
  EXPECT_THAT(store->Feedback("s", 0), IsEmpty());
  EXPECT_THAT(store->Slates("s", 0), IsEmpty());
}

TEST_P(EventStoreTest, TakesFeedbackAfterTheEnd) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->EndSession("s", 5000, "idle");
  EXPECT_THAT(AddOne(*store, FeedbackOf("s", "late")), ElementsAre(Outcome::kAdded));
}

TEST_P(EventStoreTest, RefusesRecordsOfTwoSessionsInOneCall) {
  const auto store = Open();
  store->AddSession(SessionNamed("s"));
  store->AddSession(SessionNamed("t"));
  const std::vector<FeedbackRecord> two = {FeedbackOf("s", "e1"), FeedbackOf("t", "e2")};
  ErrorOf(ErrorKind::kUsage, [&] { store->AddFeedback(two); });
  EXPECT_EQ(store->Size().feedback, 0);
}

TEST_P(EventStoreTest, OrdersSessionsByTheirStartAndThenById) {
  const auto store = Open();
  store->AddSession(SessionNamed("b", "ann", 2000));
  store->AddSession(SessionNamed("a", "ann", 2000));
  store->AddSession(SessionNamed("B", "bob", 2000));
  store->AddSession(SessionNamed("c", "ann", 1000));
  store->AddSession(SessionNamed("d", "ann", 3000));
  EXPECT_THAT(Ids(store->SessionsOf("ann", 3000, 9)), ElementsAre("b", "a", "c"));
  EXPECT_THAT(Ids(store->SessionsOf("ann", INT64_MAX, 2)), ElementsAre("d", "b"));
  EXPECT_THAT(Ids(store->SessionsOf("eve", INT64_MAX, 2)), IsEmpty());
  EXPECT_THAT(Ids(store->SessionsOf("ann", INT64_MAX, 0)), IsEmpty());
  store->AddSlate(SlateOf("d", 0, 3000));
  const std::vector<SessionState> newest = store->NewestSessions(3);
  std::vector<SessionRecord> records;
  for (const SessionState& state : newest) records.push_back(state.session);
  EXPECT_THAT(Ids(records), ElementsAre("d", "b", "a"));
  EXPECT_EQ(newest[0].steps, 1);
  EXPECT_EQ(newest[1].steps, 0);
  EXPECT_THAT(Ids(AllSessions(*store)), ElementsAre("c", "B", "a", "b", "d"));
  EXPECT_THAT(Ids(AllSessions(*store, 1000, 2000)), ElementsAre("c"));
  EXPECT_THAT(Ids(AllSessions(*store, 2000, 3000)), ElementsAre("B", "a", "b"));
}

TEST_P(EventStoreTest, VisitsWholeSessionsAlsoWhereThereAreMany) {
  const auto store = Open();
  std::vector<StoredSession> many;
  for (int i = 0; i < 150; ++i) {
    const std::string id = "s" + std::to_string(i);
    many.push_back(
        {SessionNamed(id, "ann", 1000 + i / 7), {SlateOf(id, 0)}, {FeedbackOf(id, "e" + id)}});
  }
  EXPECT_EQ(store->Import(many), 150);
  const std::vector<StoredSession> all = AllSessions(*store);
  ASSERT_EQ(all.size(), 150U);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_LE(all[i > 0 ? i - 1 : 0].session.started_us, all[i].session.started_us);
    EXPECT_EQ(all[i].slates.size(), 1U);
    EXPECT_EQ(all[i].feedback.size(), 1U);
  }
  const StoreSize size = store->Size();
  EXPECT_EQ(size.sessions, 150);
  EXPECT_EQ(size.slates, 150);
  EXPECT_EQ(size.feedback, 150);
  EXPECT_GT(size.bytes, 10000);
}

TEST_P(EventStoreTest, ForgetsAUserAndNobodyElse) {
  const auto store = Open();
  for (const auto& [id, user] : {std::pair("s", "ann"), {"t", "ann"}, {"u", "bob"}}) {
    store->AddSession(SessionNamed(id, user));
    store->AddSlate(SlateOf(id, 0));
    AddOne(*store, FeedbackOf(id, std::string("e") + id));
  }
  EXPECT_EQ(store->DeleteUser("ann"), 2);
  EXPECT_EQ(store->DeleteUser("ann"), 0);
  EXPECT_FALSE(store->FindSession("s").has_value());
  EXPECT_THAT(store->Slates("s", 0), IsEmpty());
  EXPECT_THAT(store->Feedback("t", 0), IsEmpty());
  EXPECT_THAT(Ids(AllSessions(*store)), ElementsAre("u"));
  EXPECT_EQ(store->Size().feedback, 1);
  // An event that has been forgotten is a new one.
  store->AddSession(SessionNamed("s"));
  EXPECT_THAT(AddOne(*store, FeedbackOf("s", "es")), ElementsAre(Outcome::kAdded));
}

TEST_P(EventStoreTest, ForgetsWhatIsOld) {
  const auto store = Open();
  for (const char* id : {"ended", "idle", "shown", "answered", "silent"})
    store->AddSession(SessionNamed(id, id, 1000));
  store->AddSession(SessionNamed("young", "ann", 5000));
  store->EndSession("ended", 9000, "client");
  store->AddSlate(SlateOf("idle", 0, 4999));
  AddOne(*store, FeedbackOf("idle", "e1", 4999));
  store->AddSlate(SlateOf("shown", 0, 5000));
  AddOne(*store, FeedbackOf("answered", "e2", 5000));
  EXPECT_EQ(store->DeleteBefore(5000), 3);
  EXPECT_EQ(store->DeleteBefore(5000), 0);
  EXPECT_THAT(Ids(AllSessions(*store)), ElementsAre("answered", "shown", "young"));
}

TEST_P(EventStoreTest, ForgetsMoreThanOnePieceHolds) {
  const auto store = Open();
  std::vector<StoredSession> many(401);
  for (size_t i = 0; i < many.size(); ++i)
    many[i].session = SessionNamed("s" + std::to_string(i), "ann", 1000);
  EXPECT_EQ(store->Import(many), 401);
  EXPECT_EQ(store->DeleteBefore(2000), 401);
  EXPECT_EQ(store->Size().sessions, 0);
}

TEST_P(EventStoreTest, PagesThroughTheSessionsOfASplit) {
  const auto store = Open();
  const auto add = [&](const std::string& id, const std::string& split, int64_t started_us) {
    SessionRecord session = SessionNamed(id, "ann", started_us);
    session.split = split;
    store->AddSession(session);
    EXPECT_EQ(store->FindSession(id)->session, session);
  };
  add("c", "1", 2000);
  add("b", "1", 2000);
  add("a", "1", 3000);
  add("other", "2", 2000);
  add("none", "", 2000);
  store->AddSlate(SlateOf("b", 0));
  AddOne(*store, FeedbackOf("b", "e"));
  const auto page = [&](int64_t after_us, const std::string& after_id, int64_t to_us,
                        int64_t most) {
    return store->SessionsOfSplit("1", after_us, after_id, to_us, most);
  };
  EXPECT_THAT(Ids(page(0, "", INT64_MAX, 9)), ElementsAre("b", "c", "a"));
  EXPECT_THAT(Ids(page(0, "", 3000, 9)), ElementsAre("b", "c"));
  EXPECT_THAT(Ids(page(2000, "b", INT64_MAX, 1)), ElementsAre("c"));
  EXPECT_THAT(Ids(page(3000, "a", INT64_MAX, 9)), IsEmpty());
  EXPECT_THAT(store->SessionsOfSplit("3", 0, "", INT64_MAX, 9), IsEmpty());
  EXPECT_EQ(page(0, "", 3000, 1)[0].slates.size(), 1U);
  EXPECT_EQ(page(0, "", 3000, 1)[0].feedback.size(), 1U);
}

TEST_P(EventStoreTest, KeepsTheFirstDecisionOnAPolicy) {
  const auto store = Open();
  const DecisionRecord worse = {.experiment = "1",
                                .policy = "b",
                                .outcome = "worse",
                                .decided_us = 2000,
                                .users = 100,
                                .first_users = 900,
                                .difference = -0.1,
                                .low = -0.2,
                                .high = -1e-300};
  EXPECT_THAT(store->Decisions("1"), IsEmpty());
  EXPECT_TRUE(store->AddDecision(worse));
  DecisionRecord other = worse;
  other.outcome = "better";
  EXPECT_FALSE(store->AddDecision(other));
  other.policy = "c";
  other.decided_us = 1000;
  EXPECT_TRUE(Open()->AddDecision(other));
  EXPECT_THAT(store->Decisions("1"), ElementsAre(other, worse));
  EXPECT_THAT(store->Decisions("2"), IsEmpty());
  store->DeleteUser("ann");
  store->DeleteBefore(INT64_MAX);
  EXPECT_THAT(Open()->Decisions("1"), ElementsAre(other, worse));
}

TEST_P(EventStoreTest, KeepsAllAfterItIsOpenedAnew) {
  Open()->AddSession(SessionNamed("s"));
  const auto store = Open();
  store->Ping();
  EXPECT_TRUE(store->FindSession("s").has_value());
}

}  // namespace
}  // namespace lerl
