#include "lerl/http/server_core.h"

#include <gtest/gtest.h>

#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/error.h"

namespace lerl {
namespace {

TEST(ServerCore, ReadsItsSettings) {
  ServerConfig config;
  ConfigSource::FromText("port = 0\nmax_body_bytes = 10\nallowed_hosts = \"a\"", "t").Read(config);
  EXPECT_EQ(config.port, 0);
  EXPECT_EQ(config.allowed_hosts, std::vector<std::string>{"a"});
  EXPECT_THROW(ConfigSource::FromText("port = 70000", "t").Read(config), Error);
  EXPECT_THROW(ConfigSource::FromText("io_threads = 0", "t").Read(config), Error);
}

TEST(ServerCore, AdmitsByAddressHostAndOrigin) {
  ServerConfig config;
  config.requests_per_second = 0.001;
  config.burst = 3;
  ServerCore core(config, {});
  const auto status = [&core](const std::string& remote, const std::string& method,
                              const Fields& headers) {
    const auto problem = core.Admit({.method = method, .headers = headers, .remote = remote});
    return problem ? problem->status : 200;
  };
  EXPECT_EQ(status("10.0.0.1", "GET", {{"host", "localhost"}}), 200);
  EXPECT_EQ(status("10.0.0.1", "GET", {{"host", "evil.example"}}), 421);
  EXPECT_EQ(status("10.0.0.1", "GET", {}), 200);  // HTTP/1.0
  EXPECT_EQ(status("10.0.0.1", "GET", {{"host", "localhost"}}), 429);
  const Fields crossing = {{"host", "localhost"}, {"origin", "http://evil.example"}};
  EXPECT_EQ(status("10.0.0.2", "GET", crossing), 200);
  EXPECT_EQ(status("10.0.0.2", "POST", crossing), 403);
}

TEST(ServerCore, AnswersForAHandlerThatFails) {
  Response answer;
  const ServerCore core({}, {.handler = [&answer](Request&) -> Response {
                          if (answer.status == 0) throw std::runtime_error("inner");
                          return answer;
                        }});
  Request request = {.id = "r-1"};
  answer = {.status = 201, .route = "x"};
  EXPECT_EQ(core.Run(request).status, 201);
  answer.headers = {{"X", "a\r\nSet-Cookie: b"}};
  const Response unsound = core.Run(request);
  EXPECT_EQ(unsound.status, 500);
  EXPECT_EQ(unsound.route, "x");
  answer.status = 0;
  const Response failed = core.Run(request);
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body.find("inner"), std::string::npos);
}

TEST(ServerCore, CountsRequestsByRouteAndStatus) {
  Metrics metrics;
  std::vector<std::string> lines;
  ServerCore core({}, {.metrics = &metrics,
                       .log_line = [&lines](const std::string& line) { lines.push_back(line); }});
  core.Record({.route = "item", .status = 200, .seconds = 0.5});
  core.Record({.route = "item", .status = 200});
  core.Record({.status = 404});
  EXPECT_EQ(lines.size(), 3U);
  const std::string text = metrics.Text();
  for (const char* line : {"lerl_http_requests_total{route=\"item\",status=\"200\"} 2\n",
                           "lerl_http_requests_total{route=\"none\",status=\"404\"} 1\n",
                           "lerl_http_request_seconds_count{route=\"item\"} 2\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(ServerCore, HoldsNoMoreBytesThanAllowed) {
  ServerConfig config;
  config.max_held_bytes = 100;
  ServerCore core(config, {});
  EXPECT_TRUE(core.Hold(60));
  EXPECT_FALSE(core.Hold(60));
  EXPECT_TRUE(core.Hold(-60));
  EXPECT_TRUE(core.Hold(40));
}

}  // namespace
}  // namespace lerl
