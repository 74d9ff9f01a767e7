#include "lerl/http/response_text.h"

#include <gtest/gtest.h>

#include "lerl/http/event_stream.h"

namespace lerl {
namespace {

bool Holds(const std::string& head, const std::string& line) {
  return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST(ResponseText, BeginsAnAnswer) {
  const std::string head = ResponseHead(
      {.content_type = "text/plain", .body = "abc", .headers = {{"ETag", "\"1\""}}}, "id-1", {});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  for (const char* line : {"Content-Type: text/plain", "Content-Length: 3", "ETag: \"1\"",
                           "X-Request-Id: id-1", "Cache-Control: no-store",
                           "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer"})
    EXPECT_TRUE(Holds(head, line)) << line;
  EXPECT_EQ(head.find("Connection:"), std::string::npos);
}

TEST(ResponseText, LetsAnAnswerReplaceTheHeadersOfSecurity) {
  const std::string head = ResponseHead({.headers = {{"Cache-Control", "no-cache"}}}, "i", {});
  EXPECT_TRUE(Holds(head, "Cache-Control: no-cache"));
  EXPECT_FALSE(Holds(head, "Cache-Control: no-store"));
}

TEST(ResponseText, SaysWhetherTheConnectionStays) {
  EXPECT_TRUE(Holds(ResponseHead({}, "i", {.keep_alive = false}), "Connection: close"));
  EXPECT_TRUE(Holds(ResponseHead({}, "i", {.http_1_0 = true}), "Connection: keep-alive"));
}

TEST(ResponseText, HasALengthWhereThereCanBeABody) {
  EXPECT_TRUE(Holds(ResponseHead({}, "i", {}), "Content-Length: 0"));
  for (const int status : {204, 304})
    EXPECT_EQ(ResponseHead({.status = status}, "i", {}).find("Content-Length"), std::string::npos);
  const std::string head = ResponseHead({.stream = std::make_shared<EventStream>()}, "i", {});
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(Holds(head, "Content-Type: text/event-stream"));
}

TEST(ResponseText, RefusesWhatCouldBeginAnotherAnswer) {
  EXPECT_TRUE(AreSound({.headers = {{"X-Of_it", "caf\xC3\xA9\tb"}}}));
  for (const char* name : {"", "a b", "a:", "a\r\n", "caf\xC3\xA9", "Content-Length",
                           "transfer-encoding", "Connection"})
    EXPECT_FALSE(AreSound({.headers = {{name, "x"}}})) << name;
  for (const std::string& value :
       {std::string("a\r\nb"), std::string("a\n"), std::string("a\r"), std::string("a\0b", 3)})
    EXPECT_FALSE(AreSound({.headers = {{"X", value}}}));
  EXPECT_FALSE(AreSound({.content_type = "a\r\nb"}));
  EXPECT_FALSE(AreSound({.status = 100}));
  EXPECT_FALSE(AreSound({.status = 1000}));
}

TEST(ResponseText, WritesDatesAsHttpDoes) {
  EXPECT_EQ(HttpDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace lerl
