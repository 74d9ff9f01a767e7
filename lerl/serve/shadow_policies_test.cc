#include "lerl/serve/shadow_policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>

#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

using testing::ElementsAre;

TEST(AgreementOf, IsTheShareOfWhatWasShown) {
  const ShadowRecord shadow{.session = "s", .items = {"a", "b", "c"}};
  EXPECT_EQ(AgreementOf(shadow, {"c", "x", "a", "y"}), 0.5);
  EXPECT_EQ(AgreementOf(shadow, {"x"}), 0);
  EXPECT_EQ(AgreementOf(shadow, {}), 0);
}

class ShadowPoliciesTest : public testing::Test {
 protected:
  static std::shared_ptr<PolicyWorker> Worker() {
    return std::make_shared<PolicyWorker>(std::make_unique<ServedPolicy>(
        SmallServedRun::Get().world(), ReadServedRun(SmallServedRun::Get().folder()),
        ServedPolicyConfig{}));
  }
  // A slate of three items for a guest, in the store.
  SlateRecord Show(const std::string& session) {
    store_.AddSession({.id = session, .user = "u", .policy = "p", .end = ""});
    SlateRecord slate;
    slate.session = session;
    for (const int32_t item : {4, 8, 15}) slate.items.push_back(catalog_->ItemId(item));
    slate.probabilities = {1, 1, 1};
    store_.AddSlate(slate);
    return slate;
  }
  static LiveSession Fresh(const std::string& id) {
    return {.id = id, .user = SmallServedRun::Get().guest(), .seed = 3};
  }

  MemoryEventStore store_;
  const std::shared_ptr<const Catalog> catalog_ =
      CatalogOf({.world = SmallServedRun::Get().world(), .items = {}});
};

TEST_F(ShadowPoliciesTest, StoreWhatTheyWouldHaveShown) {
  const std::shared_ptr<PolicyWorker> worker = Worker();
  ShadowPolicies shadows(
      store_, [this] { return catalog_; }, {"b", "a"}, [&](const std::string&) { return worker; },
      [] { return int64_t{77}; });
  std::vector<std::string> heard;
  double agreement = -1;
  shadows.ListenBy([&](const ShadowRecord& record, double share) {
    heard.push_back(record.policy);
    agreement = share;
  });
  const SlateRecord shown = Show("s");
  shadows.Add(Fresh("s"), shown, "shown");
  shadows.WaitUntilIdle();
  EXPECT_THAT(heard, ElementsAre("b", "a"));
  const std::vector<ShadowRecord> stored = store_.Shadows("s");
  ASSERT_EQ(stored.size(), 2);
  EXPECT_EQ(stored[0].policy, "a");
  EXPECT_EQ(stored[0].version, worker->run().version);
  EXPECT_EQ(stored[0].chosen_us, 77);
  EXPECT_EQ(stored[0].items.size(), 3);
  EXPECT_EQ(stored[0].shown_probabilities.size(), 3);
  EXPECT_EQ(agreement, AgreementOf(stored[1], shown.items));
  const Choice own = worker->Choose(Fresh("s")).value();
  EXPECT_EQ(catalog_->Item(stored[0].items[0]), own.slate.items[0]);
}

TEST_F(ShadowPoliciesTest, APolicyIsNoShadowOfItself) {
  const std::shared_ptr<PolicyWorker> worker = Worker();
  ShadowPolicies shadows(
      store_, [this] { return catalog_; }, {"b", "a"}, [&](const std::string&) { return worker; },
      [] { return int64_t{0}; });
  shadows.Add(Fresh("s"), Show("s"), "a");
  shadows.WaitUntilIdle();
  const std::vector<ShadowRecord> stored = store_.Shadows("s");
  ASSERT_EQ(stored.size(), 1);
  EXPECT_EQ(stored[0].policy, "b");
}

TEST_F(ShadowPoliciesTest, AFailureOfOneIsNoneOfTheOthers) {
  const std::shared_ptr<PolicyWorker> worker = Worker();
  ShadowPolicies shadows(
      store_, [this] { return catalog_; }, {"broken", "good"},
      [&](const std::string& policy) {
        if (policy == "broken") throw std::runtime_error("broken");
        return worker;
      },
      [] { return int64_t{0}; });
  shadows.Add(Fresh("s"), Show("s"), "shown");
  SlateRecord unknown = Show("t");
  unknown.items[0] = "an item of another process";
  shadows.Add(Fresh("t"), unknown, "shown");
  shadows.WaitUntilIdle();
  ASSERT_EQ(store_.Shadows("s").size(), 1);
  EXPECT_EQ(store_.Shadows("s")[0].policy, "good");
  EXPECT_TRUE(store_.Shadows("t").empty());
}

// While the first slate is at work, more come than may wait: the oldest of them go without.
TEST_F(ShadowPoliciesTest, WhatTheyAreTooSlowForIsDroppedAndCounted) {
  const std::shared_ptr<PolicyWorker> worker = Worker();
  std::mutex gate;
  std::unique_lock closed(gate);
  ShadowPolicies shadows(
      store_, [this] { return catalog_; }, {"a"},
      [&](const std::string&) {
        const std::lock_guard wait(gate);
        return worker;
      },
      [] { return int64_t{0}; });
  const SlateRecord shown = Show("s");
  for (size_t n = 0; n < ShadowPolicies::kMostWaiting + 10; ++n)
    shadows.Add(Fresh("s"), shown, "shown");
  EXPECT_GE(shadows.dropped(), 9);
  closed.unlock();
}

}  // namespace
}  // namespace lerl
