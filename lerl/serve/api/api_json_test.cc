#include "lerl/serve/api/api_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

PolicyInfo Named(const std::string& name) {
  PolicyInfo info;
  info.name = name;
  return info;
}

TEST(ApiJson, ASlateOfItemsThatAreGoneIsStillShown) {
  const Catalog catalog(SmallServedRun::Get().world()->dataset);
  SlateRecord slate;
  slate.items = {"gone", catalog.ItemId(2)};
  slate.probabilities = {0.5, 0.25};
  const nlohmann::json json = SlateJson(catalog, slate);
  EXPECT_EQ(json["items"][0]["title"], "gone");
  EXPECT_EQ(json["items"][0]["probability"], 0.5);
  EXPECT_EQ(json["items"][1]["item"], catalog.ItemId(2));
  EXPECT_FALSE(json["items"][1]["categories"].empty());
}

TEST(ApiJson, WhatIsNotKnownIsNull) {
  EXPECT_TRUE(
      SessionJson({.id = "a", .user = "u", .policy = "p", .end = ""})["ended_at"].is_null());
  EXPECT_TRUE(FeedbackJson({})["happened_at"].is_null());
  EXPECT_TRUE(PolicyJson({})["planner_health"].is_null());
}

TEST(ApiJson, StatisticsAreInTheOrderOfThePoliciesAndHeldAgainstTheFirst) {
  LiveStatistics statistics("like");
  int64_t number = 0;
  for (const std::string policy : {"a", "gone", "z"})
    for (int n = 0; n < 2; ++n) {
      const std::string id = std::to_string(++number);
      SlateRecord slate;
      slate.session = id;
      slate.items = {"i"};
      slate.origin = "rule";
      statistics.Put({{.id = id, .user = "u", .policy = policy, .end = ""}, {slate}, {}});
    }
  const nlohmann::json json = StatisticsJson(statistics, {Named("z"), Named("new"), Named("a")}, 0);
  ASSERT_EQ(json["policies"].size(), 4);
  EXPECT_EQ(json["policies"][0]["policy"], "z");
  EXPECT_TRUE(json["policies"][0]["difference"].is_null());
  EXPECT_EQ(json["policies"][1]["policy"], "new");
  EXPECT_TRUE(json["policies"][1]["share_liked"]["mean"].is_null());
  EXPECT_TRUE(json["policies"][1]["difference"].is_null());
  EXPECT_EQ(json["policies"][2]["difference"]["from"], "z");
  EXPECT_EQ(json["policies"][2]["difference"]["share_liked"]["low"], 0);
  EXPECT_EQ(json["policies"][3]["policy"], "gone");
  EXPECT_EQ(json["minutes"].size(), 60);
}

}  // namespace
}  // namespace lerl
