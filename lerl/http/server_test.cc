#include "lerl/http/server.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/json_text.h"
#include "lerl/http/open_files.h"
#include "lerl/http/request_id.h"
#include "lerl/testing/small_server.h"

namespace lerl {
namespace {

const std::string kJsonLine = "Content-Type: application/json\r\n";

TEST(HttpServer, ServesLibcurl) {
  SmallServer server;
  CurlClient curl;
  const RawAnswer fine = curl.Ask(server.Url("/ok"));
  EXPECT_EQ(fine.status, 200);
  EXPECT_EQ(fine.body, "fine");
  const std::string body(300000, ' ');
  const std::vector<std::string> json = {"Content-Type: application/json"};
  EXPECT_EQ(curl.Ask(server.Url("/echo"), "[" + body + "]", json).body, "[" + body + "]");
  EXPECT_EQ(curl.Ask(server.Url("/ok"), "", {}, "HEAD").headers.at("content-length"), "4");
  const RawAnswer options = curl.Ask(server.Url("/echo"), "", {}, "OPTIONS");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.at("allow"), "OPTIONS, POST");
  EXPECT_EQ(server->connections(), 1);
}

TEST(HttpServer, AnswersEachFaultByItsStatus) {
  ServerConfig config = AnyPort();
  config.max_header_bytes = 2000;
  const SmallServer server(config);
  const auto status = [&server](const std::string& bytes) { return server.Ask(bytes).status; };
  EXPECT_EQ(status("nonsense\r\n\r\n"), 400);
  EXPECT_EQ(status(AskFor("/%00")), 400);
  EXPECT_EQ(status(AskFor("/../ok")), 400);
  EXPECT_EQ(status(AskFor("/ok?x=1")), 400);
  EXPECT_EQ(status(AskFor("/echo", "Origin: http://evil.example\r\n" + kJsonLine, "1", "POST")),
            403);
  EXPECT_EQ(status(AskFor("/nothing")), 404);
  EXPECT_EQ(status(AskFor("/ok", "", "", "DELETE")), 405);
  EXPECT_EQ(status(AskFor("/ok", "", "", "BREW")), 405);
  EXPECT_EQ(status(AskFor("/echo", kJsonLine + "Content-Length: 9999999\r\n", "", "POST")), 413);
  EXPECT_EQ(status(AskFor("/echo", "Content-Type: text/plain\r\n", "x", "POST")), 415);
  EXPECT_EQ(status(AskFor("/ok", "Expect: tea\r\n")), 417);
  EXPECT_EQ(status("GET /ok HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421);
  EXPECT_EQ(status(AskFor("/ok", "X: " + std::string(3000, 'a') + "\r\n")), 431);
  EXPECT_EQ(status(AskFor("/fail")), 500);
  EXPECT_EQ(status(AskFor("/header")), 500);
  EXPECT_EQ(status(AskFor("/echo", "Transfer-Encoding: gzip\r\n", "", "POST")), 501);
}

TEST(HttpServer, AnswersFaultsByProblemsWithTheIdOfTheRequest) {
  const SmallServer server;
  for (const std::string& bytes :
       {AskFor("/nothing", "X-Request-Id: my-1\r\n"), AskFor("/fail", "X-Request-Id: my-1\r\n"),
        AskFor("/ok", "X-Request-Id: my-1\r\nExpect: tea\r\n")}) {
    const RawAnswer answer = server.Ask(bytes);
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(answer.headers.at("x-request-id"), "my-1");
    const nlohmann::json problem = ParseJson(answer.body);
    EXPECT_EQ(TextOf(problem, "request_id"), "my-1");
    EXPECT_EQ(CountOf(problem, "status"), answer.status);
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  }
  const std::string drawn =
      server.Ask(AskFor("/ok", "X-Request-Id: a b\r\n")).headers.at("x-request-id");
  EXPECT_NE(drawn, "a b");
  EXPECT_TRUE(IsRequestId(drawn));
}

TEST(HttpServer, SendsTheHeadersOfSecurityWithEveryAnswer) {
  const SmallServer server;
  for (const std::string& bytes : {AskFor("/ok"), AskFor("/nothing"), std::string("x\r\n\r\n")}) {
    const RawAnswer answer = server.Ask(bytes);
    for (const auto& [name, value] : SecurityHeaders())
      EXPECT_EQ(answer.headers.at(RawSmall(name)), value) << answer.status;
    EXPECT_FALSE(answer.headers.contains("access-control-allow-origin"));
  }
}

TEST(HttpServer, AsksForTokens) {
  ::setenv(kTokensVariable, "read:reader-0123456789 write:writer-0123456789", 1);
  const Access access{AccessConfig{}};
  ::unsetenv(kTokensVariable);
  SmallServer server(AnyPort(), access);
  const auto ask = [&server](const std::string& token) {
    const std::string line = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
    return server.Ask(AskFor("/echo", line + kJsonLine, "1", "POST"));
  };
  EXPECT_EQ(ask("").status, 401);
  EXPECT_TRUE(ask("other-0123456789").headers.at("www-authenticate").starts_with("Bearer"));
  EXPECT_EQ(ask("reader-0123456789").status, 403);
  EXPECT_EQ(ask("writer-0123456789").status, 200);
  EXPECT_EQ(server.Ask(AskFor("/ok")).status, 200);
  EXPECT_EQ(server.Ask(AskFor("/metrics")).status, 401);
  for (const std::string& line : server.lines())
    EXPECT_EQ(line.find("0123456789"), std::string::npos) << line;
}

TEST(HttpServer, DoesNotStartWhereItMustNot) {
  ServerConfig open = AnyPort();
  open.host = "0.0.0.0";
  EXPECT_THROW(SmallServer{open}, Error);
  ServerConfig odd = AnyPort();
  odd.host = "127.0.0.1.example";
  EXPECT_THROW(SmallServer{odd}, Error);
  SmallServer server;
  ServerConfig taken = AnyPort();
  taken.port = server->port();
  EXPECT_THROW(SmallServer{taken}, Error);
}

TEST(HttpServer, LimitsTheRequestsOfAnAddress) {
  ServerConfig config = AnyPort();
  config.requests_per_second = 0.001;
  config.burst = 3;
  const SmallServer server(config);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(server.Ask(AskFor("/ok")).status, 200);
  const RawAnswer refused = server.Ask(AskFor("/ok"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_GT(std::stoi(refused.headers.at("retry-after")), 0);
}

TEST(HttpServer, RefusesWhatItsQueueCannotHold) {
  ServerConfig config = AnyPort();
  config.worker_threads = config.queue = 1;
  SmallServer server(config);
  RawClient running = server.Connect(), queued = server.Connect();
  running.Send(AskFor("/wait"));
  server.AwaitWaiting(1);
  queued.Send(AskFor("/ok") + AskFor("/ok"));
  RawAnswer refused;
  while (refused.status != 503) {  // until the one before it is in the queue
    RawClient client = server.Connect();
    client.Send(AskFor("/ok"));
    if (client.More(50)) refused = client.Answer();
  }
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  server.Release();
  EXPECT_EQ(running.Answer().body, "waited");
}

TEST(HttpServer, RefusesConnectionsBeyondItsMost) {
  ServerConfig config = AnyPort();
  config.max_connections = 10;
  SmallServer server(config);
  std::vector<RawClient> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(server.Connect());
  server.AwaitConnections(10);
  RawClient refused = server.Connect();
  refused.Send(AskFor("/ok"));
  const RawAnswer answer = refused.Answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
  clients[0].Send(AskFor("/ok"));
  EXPECT_EQ(clients[0].Answer().status, 200);
}

TEST(HttpServer, BoundsWhatAllRequestsHold) {
  ServerConfig config = AnyPort();
  config.max_held_bytes = 1 << 16;
  config.max_body_bytes = 1 << 20;
  const SmallServer server(config);
  EXPECT_EQ(
      server.Ask(AskFor("/echo", kJsonLine, "[" + std::string(500000, ' ') + "]", "POST")).status,
      503);
  EXPECT_EQ(server.Ask(AskFor("/echo", kJsonLine, "[1]", "POST")).status, 200);
}

TEST(HttpServer, WritesALineForEachRequest) {
  SmallServer server;
  server.Ask(AskFor("/ok", "X-Request-Id: r-1\r\n"));
  server.Ask(AskFor("/metrics?secret=1"));
  while (server.lines().size() < 2) ::usleep(1000);
  const nlohmann::json first = ParseJson(server.lines()[0]);
  EXPECT_EQ(TextOf(first, "request_id"), "r-1");
  EXPECT_EQ(TextOf(first, "route"), "ok");
  EXPECT_EQ(TextOf(first, "remote"), "127.0.0.1");
  EXPECT_EQ(CountOf(first, "status"), 200);
  EXPECT_GT(CountOf(first, "bytes"), 4);
  EXPECT_EQ(server.lines()[1].find("secret"), std::string::npos);
}

TEST(HttpServer, ShowsItsFigures) {
  SmallServer server;
  RawClient client = server.Connect();
  client.Send(AskFor("/ok"));
  client.Answer();
  client.Send(AskFor("/metrics"));
  const RawAnswer answer = client.Answer();
  EXPECT_EQ(answer.headers.at("content-type"), Metrics::kContentType);
  for (const char* line : {"lerl_http_requests_total{route=\"ok\",status=\"200\"} 1\n",
                           "lerl_http_request_seconds_count{route=\"ok\"} 1\n",
                           "lerl_http_connections 1\n", "lerl_http_queue "})
    EXPECT_NE(answer.body.find(line), std::string::npos) << line;
}

// What a process of clients does: it opens connections, of which it may have as many as this one.
// Once it is told by a byte, it asks on some. Returns its exit status: 0 where all were answered.
int RunIdleClients(int64_t count, int orders, int reports) {
  int port = 0;
  char byte = 0;
  if (::read(orders, &port, sizeof(port)) != sizeof(port)) return 1;
  std::vector<RawClient> clients;
  for (int64_t i = 0; i < count; ++i) {
    clients.emplace_back(port);
    if (!clients.back().connected()) return 2;
  }
  if (::write(reports, "k", 1) != 1 || ::read(orders, &byte, 1) != 1) return 3;
  for (size_t i = 0; i < clients.size(); i += 97) {
    clients[i].Send(AskFor("/ok"));
    if (clients[i].Answer().body != "fine") return 4;
  }
  return 0;
}

void HoldIdleConnections(int64_t count) {
  int orders[2], reports[2];
  ASSERT_EQ(::pipe(orders) + ::pipe(reports), 0);
  const pid_t child = ::fork();  // no thread of a server runs yet
  if (child == 0) ::_exit(RunIdleClients(count, orders[0], reports[1]));
  ASSERT_GT(child, 0);
  SmallServer server;
  const int port = server->port();
  char byte = 0;
  EXPECT_EQ(::write(orders[1], &port, sizeof(port)), static_cast<ssize_t>(sizeof(port)));
  ::close(reports[1]);  // so that a child which ends early is noticed
  EXPECT_EQ(::read(reports[0], &byte, 1), 1);
  if (byte == 'k') server.AwaitConnections(count);
  EXPECT_EQ(server.Ask(AskFor("/ok")).status, 200);
  EXPECT_EQ(::write(orders[1], "k", 1), 1);
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  for (const int end : {orders[0], orders[1], reports[0]}) ::close(end);
}

TEST(HttpServer, HoldsTwoThousandIdleConnections) {
  if (RaiseOpenFiles() < 2500) GTEST_SKIP() << "too few files may be open";
  HoldIdleConnections(2000);
}

TEST(HttpServer, HoldsTenThousandIdleConnections) {
  if (RaiseOpenFiles() < 10600) GTEST_SKIP() << "too few files may be open";
  HoldIdleConnections(10050);
}

TEST(HttpServer, ServesManyClientsAtOnce) {
  ServerConfig config = AnyPort();
  config.io_threads = 2;
  SmallServer server(config);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&server, &right, t] {
      CurlClient curl;
      for (int i = 0; i < 200; ++i) {
        const std::string body = std::to_string(1000 * t + i);
        const std::string id = "X-Request-Id: r-" + body;
        const RawAnswer answer =
            curl.Ask(server.Url("/echo"), body, {"Content-Type: application/json", id});
        right += answer.body == body && answer.headers.at("x-request-id") == "r-" + body ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 8 * 200);
}

TEST(HttpServer, FinishesWhatRunsWhenItDrains) {
  SmallServer server;
  RawClient running = server.Connect(), idle = server.Connect(), stream = server.Connect();
  running.Send(AskFor("/wait"));
  server.AwaitWaiting(1);
  stream.Send(AskFor("/events"));
  stream.Answer();
  const int port = server->port();
  EXPECT_FALSE(server->draining());
  bool whole = false;
  std::thread drain([&] { whole = server->Drain(60); });
  EXPECT_EQ(idle.Rest(), "");
  stream.Rest();
  EXPECT_TRUE(server->draining());
  EXPECT_FALSE(RawClient(port).connected());
  server.Release();
  const RawAnswer answer = running.Answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_EQ(running.Rest(), "");
  drain.join();
  EXPECT_TRUE(whole);
  EXPECT_EQ(server->connections(), 0);
}

TEST(HttpServer, CutsWhatDoesNotEndWhenItDrains) {
  SmallServer server;
  RawClient running = server.Connect();
  running.Send(AskFor("/wait"));
  server.AwaitWaiting(1);
  std::thread drain([&] { EXPECT_FALSE(server->Drain(0.2)); });
  EXPECT_EQ(running.Answer().status, 0);
  server.Release();
  drain.join();
}

// Every request whose connection was made is answered. Clients that are refused by then, because
// nobody listens, have lost nothing.
TEST(HttpServer, LosesNoRequestWhenItDrainsUnderLoad) {
  ServerConfig config = AnyPort();
  config.io_threads = 2;
  config.drain_grace = 10;
  SmallServer server(config);
  const int port = server->port();
  std::atomic<int> answered = 0, lost = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([port, &answered, &lost] {
      while (true) {
        RawClient client(port);
        if (!client.connected()) return;
        bool open = true;
        for (int i = 0; open && i < 5; ++i) {
          if (!client.Send(AskFor("/ok"))) break;
          const RawAnswer answer = client.Answer();
          (answer.status == 200 ? answered : lost) += 1;
          open = answer.status == 200 && !answer.headers.contains("connection");
        }
      }
    });
  }
  while (answered < 500) ::usleep(1000);
  EXPECT_TRUE(server->Drain(60));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lost, 0);
}

}  // namespace
}  // namespace lerl
