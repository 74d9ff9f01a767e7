#include "lerl/llm/endpoint/http_transfer.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "lerl/llm/endpoint/stub_endpoint.h"

namespace lerl {
namespace {

HttpResponse Post(const std::string& url, double timeout = 5) {
  HttpTransfer transfer;
  transfer.Start(7, {.url = url, .headers = {}, .body = "{}", .timeout = timeout});
  auto ended = transfer.Run(10);
  EXPECT_EQ(ended.size(), 1U);
  EXPECT_EQ(transfer.in_flight(), 0);
  return ended.empty() ? HttpResponse{} : ended[0].second;
}

HttpResponse PostTo(StubReply reply, double timeout = 5) {
  const StubEndpoint server([&](const StubRequest&) { return reply; });
  return Post(server.url(), timeout);
}

TEST(HttpTransfer, GivesStatusBodyAndWhatTheServerAsksFor) {
  const HttpResponse response =
      PostTo({.status = 429, .body = "slow down", .headers = {"Retry-After: 2"}});
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body, "slow down");
  EXPECT_EQ(response.retry_after, 2.0);
  EXPECT_EQ(response.error, "");
}

TEST(HttpTransfer, AnAttemptWithoutAnAnswerHasAReasonThatCanBeCounted) {
  const HttpResponse refused = Post("http://127.0.0.1:" + std::to_string(FreePort()));
  EXPECT_EQ(refused.status, 0);
  EXPECT_EQ(refused.error, "Couldn't connect to server");
  EXPECT_THAT(PostTo({.body = "late", .delay = 5}, 0.1).error, ::testing::HasSubstr("Timeout"));
  const HttpResponse cut = PostTo({.body = "half of it", .cut_after = 4});
  EXPECT_EQ(cut.status, 0);
  EXPECT_EQ(cut.body, "");
  EXPECT_NE(cut.error, "");
  EXPECT_THAT(PostTo({.body = std::string(kLongestHttpBody + 1, 'x')}).error,
              ::testing::HasSubstr("more than 4 MB"));
}

TEST(HttpTransfer, AsksForAPageWithoutABody) {
  const StubEndpoint server([](const StubRequest&) { return StubReply{.status = 500}; }, 0,
                            [](const std::string& path) { return StubReply{.body = path}; });
  HttpTransfer transfer;
  transfer.Start(1, {.url = server.url() + "/models", .headers = {}, .body = "", .get = true});
  const auto ended = transfer.Run(5);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].second.status, 200);
  EXPECT_EQ(ended[0].second.body, "/v1/models");
}

TEST(HttpTransfer, ReturnsNothingOfWhatWasCancelled) {
  const StubEndpoint server([](const StubRequest&) { return StubReply{.delay = 0.05}; });
  HttpTransfer transfer;
  for (const int64_t id : {1, 2})
    transfer.Start(id, {.url = server.url(), .headers = {}, .body = "{}"});
  transfer.Cancel(1);
  transfer.Cancel(7);  // there is none
  EXPECT_EQ(transfer.in_flight(), 1);
  const auto ended = transfer.Run(5);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].first, 2);
}

TEST(HttpTransfer, UnpacksWhatAServerCompresses) {
  constexpr char kPlainWords[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\xc8\x49\xcc\xcc\x53\x28\xcf\x2f\x4a\x29\x06"
      "\x00\x89\xf2\xb8\xb1\x0b\x00\x00\x00";
  const HttpResponse response = PostTo({.body = std::string(kPlainWords, sizeof(kPlainWords) - 1),
                                        .headers = {"Content-Encoding: gzip"}});
  EXPECT_EQ(response.body, "plain words");
}

TEST(HttpTransfer, FollowsNoRedirect) {
  int64_t visits = 0;
  const StubEndpoint other([&](const StubRequest&) {
    ++visits;
    return StubReply{};
  });
  EXPECT_EQ(PostTo({.status = 307, .headers = {"Location: " + other.url()}}).status, 307);
  EXPECT_EQ(visits, 0);
}

TEST(HttpTransfer, SaysWhereARedirectLeads) {
  EXPECT_EQ(PostTo({.status = 302, .headers = {"Location:  https://other.example/v1 "}}).location,
            "https://other.example/v1");
}

// Variables of the environment for the time of a test.
class HttpProxies : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"}) unsetenv(name);
  }
  const StubEndpoint proxy_{[this](const StubRequest& request) {
    head_ = request.head.substr(0, request.head.find('\r'));
    return StubReply{.body = "by the proxy"};
  }};
  const std::string address_ = "http://127.0.0.1:" + std::to_string(proxy_.port());
  std::string head_;
};

TEST_F(HttpProxies, AreThoseOfTheEnvironment) {
  for (const char* name : {"http_proxy", "HTTP_PROXY"}) {
    setenv(name, address_.c_str(), 1);
    EXPECT_EQ(Post("http://models.example/v1").body, "by the proxy") << name;
    EXPECT_EQ(head_, "POST http://models.example/v1 HTTP/1.1");
    unsetenv(name);
  }
}

TEST_F(HttpProxies, AreNotAskedForWhatNoProxyNamesAndForTheMachineItself) {
  const StubEndpoint itself([](const StubRequest&) { return StubReply{.body = "itself"}; });
  setenv("http_proxy", address_.c_str(), 1);
  EXPECT_EQ(Post(itself.url()).body, "itself");
  for (const char* name : {"no_proxy", "NO_PROXY"}) {
    for (const char* hosts : {"models.invalid", "a.example, .invalid", "*"}) {
      setenv(name, hosts, 1);
      EXPECT_EQ(Post("http://models.invalid/v1").status, 0) << hosts;  // no such host
      EXPECT_EQ(Post(itself.url()).body, "itself") << hosts;
    }
    unsetenv(name);
  }
  setenv("no_proxy", "other.invalid", 1);
  EXPECT_EQ(Post("http://models.invalid/v1").body, "by the proxy");
}

TEST(HttpTransfer, WaitsNoLongerThanItIsTold) {
  HttpTransfer transfer;
  const double start = SteadySeconds();
  EXPECT_TRUE(transfer.Run(0.05).empty());
  EXPECT_GE(SteadySeconds() - start, 0.045);
  EXPECT_LT(SteadySeconds() - start, 2);
}

TEST(UrlFault, TakesBaseUrlsOnly) {
  EXPECT_EQ(UrlFault("http://localhost:8080/v1"), "");
  EXPECT_EQ(UrlFault("https://api.openai.com/v1/"), "");
  for (const char* url :
       {"", "localhost:8080", "ftp://a/v1", "file:///etc/passwd", "http://",
        "http://user:secret@host/v1", "http://host/v1?key=secret", "http://host/v1#x"}) {
    EXPECT_NE(UrlFault(url), "") << url;
    EXPECT_EQ(UrlFault(url).find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace lerl
