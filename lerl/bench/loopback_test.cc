#include "lerl/bench/loopback.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/http/server.h"

namespace lerl {
namespace {

ServerConfig AnyPort(double idle_timeout) {
  ServerConfig config;
  config.port = 0;
  config.idle_timeout = idle_timeout;
  return config;
}

Response AnswerOf(const Request& request) {
  return {.status = request.path == "/readyz" ? 200 : 404, .body = "{}"};
}

TEST(StatusOf, IsThatOfTheAnswerOrZero) {
  int port = 0;
  {
    const HttpServer server(AnyPort(60), {.handler = AnswerOf});
    port = server.port();
    EXPECT_EQ(StatusOf(port, "/readyz"), 200);
    EXPECT_EQ(StatusOf(port, "/elsewhere"), 404);
  }
  EXPECT_EQ(StatusOf(port, "/readyz"), 0);
}

TEST(IdleConnections, StayOpenUntilTheServerClosesThem) {
  const HttpServer server(AnyPort(0.3), {.handler = AnswerOf});
  const IdleConnections idle(server.port(), 50);
  EXPECT_EQ(idle.open(), 50);
  while (idle.open() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(IdleConnections, AreRefusedWhereNobodyListens) {
  int port = 0;
  {
    const HttpServer server(AnyPort(60), {.handler = AnswerOf});
    port = server.port();
  }
  EXPECT_THROW(IdleConnections(port, 1), Error);
}

}  // namespace
}  // namespace lerl
