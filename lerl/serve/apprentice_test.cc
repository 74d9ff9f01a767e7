#include "lerl/serve/apprentice.h"

#include <gmock/gmock.h>

#include "lerl/serve/shadow_policies.h"
#include "lerl/serve/time_format.h"
#include "lerl/testing/memory_event_store.h"

namespace lerl {
namespace {

class ApprenticeTest : public testing::Test {
 protected:
  std::unique_ptr<Apprentice> Make(double agreement = 0.5, int64_t smallest = 10) {
    return std::make_unique<Apprentice>(
        store_, "ppo", ApprenticeConfig{.agreement = agreement, .smallest = smallest}, "1",
        [this] { return version_; }, [this] { return now_us_; });
  }
  // A session in which the product shows ten items, of which the policy would have shown so many.
  void Play(Apprentice& apprentice, const std::string& user, int alike) {
    const std::string id = "s" + std::to_string(++number_);
    store_.AddSession({.id = id,
                       .user = user,
                       .policy = kProduct,
                       .started_us = now_us_,
                       .end = "",
                       .split = apprentice.Split().value()});
    SlateRecord slate;
    slate.session = id;
    ShadowRecord shadow{
        .session = id, .policy = "ppo", .version = version_, .chosen_us = now_us_ + 1};
    for (int n = 0; n < 10; ++n) {
      slate.items.push_back("i" + std::to_string(n));
      shadow.items.push_back((n < alike ? "i" : "x") + std::to_string(n));
    }
    slate.probabilities.resize(10, 1);
    shadow.probabilities.resize(10, 0.1);
    store_.AddSlate(slate);
    store_.AddShadow(shadow);
    now_us_ += 1000;
  }
  void PlayUsers(Apprentice& apprentice, int users, int alike) {
    for (int n = 0; n < users; ++n)
      Play(apprentice, "u" + std::to_string(++number_), alike + n % 2);
  }
  void Settle(Apprentice& apprentice) {
    now_us_ += 31 * kMinuteUs;
    EXPECT_TRUE(apprentice.Evaluate());
  }

  MemoryEventStore store_;
  std::string version_ = "v1";
  int64_t now_us_ = 1'772'323'200'000'000;
  int number_ = 0;
};

// Users agree with .8 and .9 in turn. Of 40 of them the deviation is .05, and the sequence, which
// is narrow at 10, reaches .05 sqrt(2 (40 r + 1) / (1600 r) log(sqrt(40 r + 1) / .05)) = .0247
// with r = (5.9915 + log(6.9915)) / 10 = .7936.
TEST_F(ApprenticeTest, ServesOnceItAgreesForSure) {
  const auto apprentice = Make(0.8);
  EXPECT_EQ(apprentice->Split(), "apprentice 1: ppo v1");
  PlayUsers(*apprentice, 40, 8);
  EXPECT_TRUE(apprentice->Evaluate());
  EXPECT_EQ(apprentice->Status().users, 0);  // none is old enough
  Settle(*apprentice);
  const ApprenticeStatus status = apprentice->Status();
  EXPECT_EQ(status.users, 40);
  EXPECT_NEAR(status.agreement, 0.85, 1e-12);
  ASSERT_TRUE(status.interval.has_value());
  EXPECT_NEAR(status.interval.value_or(Interval{}).low, 0.85 - 0.0247, 1e-4);
  EXPECT_TRUE(status.serves);
  EXPECT_EQ(apprentice->Split(), std::nullopt);
  const DecisionRecord decision = status.decision.value_or(DecisionRecord{});
  EXPECT_EQ(decision.experiment, "apprentice 1");
  EXPECT_EQ(decision.outcome, "agrees");
  EXPECT_EQ(decision.users, 40);
  // Another process follows, with another version too.
  version_ = "v2";
  EXPECT_EQ(Make(0.8)->Split(), std::nullopt);
}

TEST_F(ApprenticeTest, WaitsWhileItIsNotSure) {
  const auto apprentice = Make(0.84);
  PlayUsers(*apprentice, 40, 8);
  Settle(*apprentice);
  EXPECT_FALSE(apprentice->Status().serves);  // .85, but not above .84 for sure
  EXPECT_TRUE(store_.Decisions("apprentice 1").empty());
}

TEST_F(ApprenticeTest, TellsNoIntervalOfFewUsers) {
  const auto apprentice = Make(0.1);
  for (int n = 0; n < 20; ++n) Play(*apprentice, "ann", 9);
  Settle(*apprentice);
  EXPECT_EQ(apprentice->Status().users, 1);
  EXPECT_EQ(apprentice->Status().interval, std::nullopt);
  EXPECT_FALSE(apprentice->Status().serves);
}

TEST_F(ApprenticeTest, AnotherVersionBeginsAnew) {
  const auto apprentice = Make(0.5);
  PlayUsers(*apprentice, 30, 1);
  Settle(*apprentice);
  EXPECT_EQ(apprentice->Status().users, 30);
  version_ = "v2";
  EXPECT_EQ(apprentice->Status().users, 0);
  EXPECT_EQ(apprentice->Split(), "apprentice 1: ppo v2");
  PlayUsers(*apprentice, 20, 8);
  Settle(*apprentice);
  EXPECT_EQ(apprentice->Status().users, 20);
  EXPECT_TRUE(apprentice->Status().serves);
}

}  // namespace
}  // namespace lerl
