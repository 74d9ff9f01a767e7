#include "lerl/events/record_checks.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

const double kNoNumbers[] = {NAN, INFINITY, -INFINITY};

std::string FaultOf(const SlateRecord& slate) {
  return ErrorOf(ErrorKind::kUsage, [&] { CheckSlate(slate); });
}
std::string FaultOf(const FeedbackRecord& feedback) {
  return ErrorOf(ErrorKind::kUsage, [&] { CheckFeedback(feedback); });
}

TEST(RecordChecks, TakeRecordsOfAService) {
  CheckSession(SessionNamed("s"));
  CheckSlate(SlateOf("s", 0));
  CheckFeedback(FeedbackOf("s", "e"));
}

TEST(RecordChecks, RefuseNumbersThatAreNotFinite) {
  for (const double number : kNoNumbers) {
    SlateRecord slate = SlateOf("s", 0);
    slate.probabilities[1] = number;
    EXPECT_THAT(FaultOf(slate), HasSubstr("probabilities[1]: not a finite number"));
    slate = SlateOf("s", 0);
    slate.log_probability = number;
    EXPECT_THAT(FaultOf(slate), HasSubstr("log_probability"));
    FeedbackRecord feedback = FeedbackOf("s", "e");
    feedback.behaviours["like"] = number;
    EXPECT_THAT(FaultOf(feedback), HasSubstr("behaviours.like"));
  }
}

TEST(RecordChecks, RefuseTextsThatNoDatabaseTakes) {
  FeedbackRecord feedback = FeedbackOf("s", "e");
  for (const std::string& text : {std::string(), std::string("a\0b", 3), std::string("\xff"),
                                  std::string("\xed\xa0\x80"), std::string(kLongestId + 1, 'x')}) {
    feedback.item = text;
    EXPECT_THAT(FaultOf(feedback), HasSubstr("item: "));
  }
  SlateRecord slate = SlateOf("s", 0);
  slate.reason = std::string(kLongestText + 1, 'x');
  EXPECT_THAT(FaultOf(slate), HasSubstr("reason: 1048577 bytes; at most 1048576"));
}

TEST(RecordChecks, RefuseDecisionsWithoutAPolicyOrANumber) {
  DecisionRecord decision{.experiment = "1", .policy = "b", .outcome = "worse"};
  CheckDecision(decision);
  decision.low = NAN;
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckDecision(decision); }),
              HasSubstr("low: not a finite number"));
  decision.low = 0;
  decision.policy = "";
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckDecision(decision); }),
              HasSubstr("policy: empty"));
}

TEST(RecordChecks, RefuseListsOfDifferentLengthsAndNegativeSteps) {
  SlateRecord slate = SlateOf("s", 0);
  slate.items.pop_back();
  EXPECT_THAT(FaultOf(slate), HasSubstr("probabilities: 2 of them for 1 items"));
  EXPECT_THAT(FaultOf(SlateOf("s", -1)), HasSubstr("step"));
}

TEST(RecordChecks, RefuseAnEndWithoutTimeOrReason) {
  SessionRecord session = SessionNamed("s");
  session.ended_us = 5;
  ErrorOf(ErrorKind::kUsage, [&] { CheckSession(session); });
  ErrorOf(ErrorKind::kUsage, [&] { CheckEnd(0, "client"); });
  ErrorOf(ErrorKind::kUsage, [&] { CheckEnd(5, ""); });
}

TEST(RecordChecks, RefuseItemsWithoutCategoriesUnlessTheyAreWithdrawn) {
  ItemRecord item = ItemNamed("a");
  CheckItem(item);
  item.categories.clear();
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckItem(item); }), HasSubstr("categories: none"));
  item.withdrawn_us = 5;
  CheckItem(item);
  item.shown = -1;
  ErrorOf(ErrorKind::kUsage, [&] { CheckItem(item); });
}

TEST(RecordChecks, RefuseAWholeSessionWithRecordsOfAnother) {
  StoredSession stored{SessionNamed("s"), {SlateOf("s", 0), SlateOf("s", 1)}, {}};
  CheckStored(stored);
  stored.slates[1].step = 2;
  ErrorOf(ErrorKind::kUsage, [&] { CheckStored(stored); });
  stored.slates[1] = SlateOf("t", 1);
  ErrorOf(ErrorKind::kUsage, [&] { CheckStored(stored); });
}

TEST(RecordChecks, RefuseWhatNoServiceDid) {
  const auto fault = [](const auto& change) {
    StoredSession stored{SessionNamed("s"), {SlateOf("s", 0)}, {FeedbackOf("s", "e")}};
    stored.feedback[0].step = 0;
    stored.feedback[0].item = stored.slates[0].items[0];
    CheckStored(stored);
    change(stored);
    return ErrorOf(ErrorKind::kUsage, [&] { CheckStored(stored); });
  };
  for (const double number : {0.0, -1.0, 7.0})
    EXPECT_THAT(fault([&](StoredSession& s) { s.slates[0].probabilities[1] = number; }),
                HasSubstr("probabilities[1]: not above 0 and at most 1"));
  EXPECT_THAT(fault([](StoredSession& s) { s.slates[0].items[1] = s.slates[0].items[0]; }),
              HasSubstr("items[1]: stands in the slate twice"));
  EXPECT_THAT(fault([](StoredSession& s) { s.feedback[0].step = 99; }),
              HasSubstr("feedback[0]: of a step without a slate"));
  EXPECT_THAT(fault([](StoredSession& s) { s.feedback[0].item = "never shown"; }),
              HasSubstr("feedback[0]: of an item that the slate does not have"));
  EXPECT_THAT(fault([](StoredSession& s) { s.feedback[0].behaviours["like"] = -1; }),
              HasSubstr("behaviours.like: below 0"));
}

TEST(RecordChecks, RefuseAShadowOfAStepWithoutASlate) {
  StoredSession stored{SessionNamed("s"), {SlateOf("s", 0)}, {}};
  stored.shadows = {{.session = "s", .step = 0, .policy = "p", .items = {"a"}}};
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckStored(stored); }),
              HasSubstr("probabilities: 0 of them for 1 items"));
  stored.shadows[0].probabilities = {1};
  CheckStored(stored);
  stored.shadows[0].step = 1;
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { CheckStored(stored); }),
              HasSubstr("shadows[0]: of a step without a slate"));
}

}  // namespace
}  // namespace lerl
