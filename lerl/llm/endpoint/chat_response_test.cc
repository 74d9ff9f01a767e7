#include "lerl/llm/endpoint/chat_response.h"

#include <gmock/gmock.h>

#include "lerl/llm/endpoint/stub_endpoint.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUrl[] = "http://host/v1/chat/completions";

TEST(ReadResponse, IsTheAnswerOfTheServer) {
  HttpResponse response = {.status = 200, .body = StubAnswer("B")};
  const ChatAnswer answer = ReadResponse(response, kUrl, "");
  EXPECT_TRUE(answer.answered);
  EXPECT_EQ(answer.text, "B");
  EXPECT_EQ(answer.used.input, 100);
}

TEST(ReadResponse, SaysWhyThereIsNoneAndWhatToDo) {
  HttpResponse silence = {.error = "Timeout was reached", .detail = "after 5 ms"};
  const ChatAnswer none = ReadResponse(silence, kUrl, "");
  EXPECT_FALSE(none.answered);
  EXPECT_EQ(none.error, "Timeout was reached");
  EXPECT_EQ(none.words, "after 5 ms");

  HttpResponse redirect = {.status = 307, .location = "https://other/v1"};
  EXPECT_THAT(ReadResponse(redirect, kUrl, "").words,
              HasSubstr("redirects to https://other/v1, which is not followed; name that"));

  HttpResponse within = {.status = 200, .body = R"({"error":{"message":"who?","code":401}})"};
  const ChatAnswer refused = ReadResponse(within, kUrl, "");
  EXPECT_EQ(refused.error, "HTTP 401");
  EXPECT_EQ(within.status, 401);
  EXPECT_THAT(refused.words, HasSubstr("check the key"));
}

TEST(ReadResponse, HasNoKeyInIt) {
  for (const int status : {200, 400}) {
    HttpResponse response = {.status = status,
                             .body = R"({"error":{"message":"sk\u002dsecret is not welcome"}})"};
    const ChatAnswer answer = ReadResponse(response, kUrl, "sk-secret");
    EXPECT_THAT(answer.words, HasSubstr("is not welcome"));
    EXPECT_THAT(answer.words, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace lerl
