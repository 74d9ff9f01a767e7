#include "lerl/serve/api/live_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LiveFeed, TellsAllWhoWatch) {
  LiveFeed feed;
  const auto one = feed.Watch(""), two = feed.Watch("");
  feed.Publish("slate", R"({"step":3})");
  for (const auto& stream : {one, two}) {
    const std::string text = stream->Take();
    EXPECT_THAT(text, HasSubstr("event: slate"));
    EXPECT_THAT(text, HasSubstr("id: 1"));
    EXPECT_THAT(text, HasSubstr(R"({"step":3})"));
  }
}

TEST(LiveFeed, WhoComesBackGetsWhatWasMissed) {
  LiveFeed feed(/*keep=*/3);
  for (int n = 1; n <= 5; ++n) feed.Publish("n", std::to_string(n));
  EXPECT_EQ(feed.Watch("5")->Take(), "");
  const std::string missed = feed.Watch("3")->Take();
  EXPECT_THAT(missed, Not(HasSubstr("id: 3\n")));
  EXPECT_THAT(missed, HasSubstr("id: 4\n"));
  EXPECT_THAT(missed, HasSubstr("id: 5\n"));
  EXPECT_THAT(feed.Watch("1")->Take(), HasSubstr("id: 3\n"));  // as far as it is kept
  EXPECT_THAT(feed.Watch("900")->Take(), HasSubstr("id: 3\n"));
  EXPECT_EQ(feed.Watch("")->Take(), "");
  EXPECT_EQ(feed.Watch("x")->Take(), "");
}

TEST(LiveFeed, WhatIsForgottenIsNotTold) {
  LiveFeed feed;
  for (int n = 1; n <= 3; ++n) feed.Publish("n", std::to_string(n));
  feed.Forget();
  EXPECT_EQ(feed.Watch("1")->Take(), "");
  feed.Publish("n", "4");
  EXPECT_THAT(feed.Watch("1")->Take(), testing::StartsWith("event: n\nid: 4\n"));
}

TEST(LiveFeed, LetsGoWhoIsGoneAndBoundsHowManyWatch) {
  LiveFeed feed(10, /*most_watchers=*/2);
  const auto one = feed.Watch(""), two = feed.Watch("");
  EXPECT_EQ(feed.Watch(""), nullptr);
  one->Close();
  EXPECT_NE(feed.Watch(""), nullptr);
  feed.Close();
  EXPECT_TRUE(two->closed());
  EXPECT_EQ(feed.Watch(""), nullptr);
}

}  // namespace
}  // namespace lerl
