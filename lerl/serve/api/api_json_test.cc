#include "lerl/serve/api/api_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

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

}  // namespace
}  // namespace lerl
