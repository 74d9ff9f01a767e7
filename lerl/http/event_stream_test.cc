#include "lerl/http/event_stream.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(EventStream, WritesEventsAsTheStandardSays) {
  EXPECT_EQ(EventText({.data = "hello"}), "data: hello\n\n");
  EXPECT_EQ(EventText({.data = "a\nb\r\nc\rd", .name = "step", .id = "7"}),
            "event: step\nid: 7\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(EventText({.data = ""}), "data: \n\n");
}

TEST(EventStream, LetsNoNameBeginAnotherLine) {
  EXPECT_EQ(EventText({.data = "x", .name = "a\ndata: y", .id = std::string("1\0\r2", 4)}),
            "event: adata: y\nid: 12\ndata: x\n\n");
}

TEST(EventStream, KeepsEventsUntilTheyAreTaken) {
  EventStream stream;
  EXPECT_TRUE(stream.Push({.data = "a"}));
  int woken = 0;
  stream.Attach([&woken] { ++woken; });
  EXPECT_TRUE(stream.Push({.data = "b"}));
  EXPECT_EQ(woken, 0);  // what waits is known
  EXPECT_EQ(stream.Take(), "data: a\n\ndata: b\n\n");
  EXPECT_TRUE(stream.Push({.data = "c"}));
  EXPECT_EQ(woken, 1);
  stream.Close();
  EXPECT_EQ(woken, 2);
  EXPECT_FALSE(stream.Push({.data = "d"}));
  EXPECT_EQ(stream.Take(), "data: c\n\n");
  EXPECT_FALSE(stream.overrun());
}

TEST(EventStream, ClosesRatherThanGrow) {
  EventStream stream(30);
  EXPECT_TRUE(stream.Push({.data = "0123456789"}));
  EXPECT_FALSE(stream.Push({.data = "0123456789"}));
  EXPECT_TRUE(stream.closed());
  EXPECT_TRUE(stream.overrun());
  EXPECT_EQ(stream.Take(), "");
}

TEST(EventStream, IsClosedOnceTheClientIsGone) {
  EventStream stream;
  stream.Attach([] {});
  stream.Detach();
  EXPECT_FALSE(stream.Push({.data = "a"}));
}

}  // namespace
}  // namespace lerl
