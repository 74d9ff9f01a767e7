#include "lerl/http/connection.h"

#include <gtest/gtest.h>

#include <thread>

#include "lerl/base/rng.h"
#include "lerl/testing/small_server.h"

namespace lerl {
namespace {

const std::string kJson = "Content-Type: application/json\r\n";

TEST(HttpConnection, AnswersPipelinedRequestsInOrder) {
  const SmallServer server;
  RawClient client = server.Connect();
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += AskFor("/echo", kJson, std::to_string(i), "POST") + AskFor("/ok");
  client.Send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.Answer().body, std::to_string(i));
    EXPECT_EQ(client.Answer().body, "fine");
  }
}

TEST(HttpConnection, ReadsARequestThatComesByteByByte) {
  const SmallServer server;
  RawClient client = server.Connect();
  for (const char c : AskFor("/echo", kJson, "[1, 2]", "POST")) client.Send({&c, 1});
  EXPECT_EQ(client.Answer().body, "[1, 2]");
}

TEST(HttpConnection, TakesChunkedBodies) {
  const SmallServer server;
  RawClient client = server.Connect();
  client.Send("POST /echo HTTP/1.1\r\nHost: localhost\r\n" + kJson +
              "Transfer-Encoding: chunked\r\n\r\n");
  client.Send("2\r\n[1\r\n");
  client.Send("1;x=y\r\n]\r\n0\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_EQ(client.Answer().body, "[1]");
}

TEST(HttpConnection, SaysContinueToWhoWaitsForIt) {
  const SmallServer server;
  RawClient client = server.Connect();
  client.Send("POST /echo HTTP/1.1\r\nHost: localhost\r\n" + kJson +
              "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.Until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("{}");
  EXPECT_EQ(client.Answer().body, "{}");
  client.Send("POST /echo HTTP/1.1\r\nHost: localhost\r\n" + kJson +
              "Expect: 100-continue\r\nContent-Length: 2000000000\r\n\r\n");
  EXPECT_EQ(client.Answer().status, 413);
}

TEST(HttpConnection, AnswersAClientThatHasEndedItsSide) {
  const SmallServer server;
  RawClient client = server.Connect();
  client.Send(AskFor("/ok") + AskFor("/ok"));
  client.EndSending();
  EXPECT_EQ(client.Answer().body, "fine");
  EXPECT_EQ(client.Answer().body, "fine");
  EXPECT_EQ(client.Rest(), "");
}

TEST(HttpConnection, ServesClientsOfTheOldVersion) {
  const SmallServer server;
  RawClient once = server.Connect();
  once.Send("GET /ok HTTP/1.0\r\n\r\n");
  const RawAnswer answer = once.Answer();
  EXPECT_EQ(answer.body, "fine");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_EQ(once.Rest(), "");
  RawClient kept = server.Connect();
  for (int i = 0; i < 2; ++i) {
    kept.Send("GET /ok HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.Answer().headers.at("connection"), "keep-alive");
  }
}

TEST(HttpConnection, ClosesWhereTheClientAsksForIt) {
  const SmallServer server;
  RawClient client = server.Connect();
  client.Send(AskFor("/ok", "Connection: close\r\n") + AskFor("/ok"));
  EXPECT_EQ(client.Answer().headers.at("connection"), "close");
  EXPECT_EQ(client.Rest(), "");
}

TEST(HttpConnection, LeavesOutTheBodyForHead) {
  const SmallServer server;
  RawClient client = server.Connect();
  client.Send(AskFor("/ok", "", "", "HEAD") + AskFor("/ok"));
  const RawAnswer head = client.Answer(/*bodiless=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "4");
  EXPECT_EQ(client.Answer().body, "fine");
}

// A whole body that is refused unread must not take the answer from the client.
TEST(HttpConnection, TellsWhySoMuchIsRefusedBeforeItCloses) {
  ServerConfig config = AnyPort();
  config.max_body_bytes = 1000;
  const SmallServer server(config);
  RawClient client = server.Connect();
  client.Send(AskFor("/echo", kJson, std::string(200000, ' '), "POST"));
  EXPECT_EQ(client.Answer().status, 413);
  EXPECT_EQ(client.Rest(), "");
}

TEST(HttpConnection, CutsSlowClientsWithoutHarmToOthers) {
  ServerConfig config = AnyPort();
  config.header_timeout = config.body_timeout = config.idle_timeout = 0.3;
  SmallServer server(config);
  RawClient header = server.Connect(), body = server.Connect(), silent = server.Connect();
  RawClient later = server.Connect();
  later.Send(AskFor("/ok"));
  EXPECT_EQ(later.Answer().status, 200);
  header.Send("GET /ok HTTP/1.1\r\nHost: loc");
  body.Send(AskFor("/echo", kJson + "Content-Length: 10\r\n", "", "POST") + "[1");
  EXPECT_EQ(server.Ask(AskFor("/ok")).status, 200);
  EXPECT_EQ(header.Answer().status, 408);
  EXPECT_EQ(body.Answer().status, 408);
  for (RawClient* client : {&header, &body, &silent, &later}) EXPECT_EQ(client->Rest(), "");
  EXPECT_EQ(server.Ask(AskFor("/ok")).status, 200);
}

// One byte every while does not keep a request alive.
TEST(HttpConnection, CountsTheTimeOfAllHeadersTogether) {
  ServerConfig config = AnyPort();
  config.header_timeout = 0.3;
  const SmallServer server(config);
  RawClient client = server.Connect();
  client.Send("GET /ok HTTP/1.1\r\n");
  while (!client.More(20)) client.Send("a");
  EXPECT_EQ(client.Answer().status, 408);
}

TEST(HttpConnection, CutsAClientThatTakesNoAnswer) {
  ServerConfig config = AnyPort();
  config.write_timeout = 0.3;
  SmallServer server(config);
  RawClient client = server.Connect();
  client.Send(AskFor("/large"));
  while (server.lines().empty()) ::usleep(1000);
  EXPECT_NE(server.lines()[0].find("\"cut\":true"), std::string::npos);
  server.AwaitConnections(0);
}

TEST(HttpConnection, SendsALargeAnswerWhole) {
  const SmallServer server;
  EXPECT_EQ(server.Ask(AskFor("/large")).body.size(), size_t{16} << 20U);
}

TEST(HttpConnection, StreamsEvents) {
  SmallServer server;
  RawClient client = server.Connect();
  client.Send(AskFor("/events", "Last-Event-ID: 41\r\n"));
  const RawAnswer answer = client.Answer();
  EXPECT_EQ(answer.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(client.Until("\n\n"), "event: last\ndata: 41\n\n");
  const auto stream = server.AwaitStream();
  std::thread other([&stream] {
    for (int i = 0; i < 100; ++i) stream->Push({.data = std::to_string(i)});
    stream->Close();
  });
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(client.Until("\n\n"), "data: " + std::to_string(i) + "\n\n");
  other.join();
  EXPECT_EQ(client.Rest(), "");
}

TEST(HttpConnection, KeepsASilentStreamAlive) {
  ServerConfig config = AnyPort();
  config.heartbeat = 0.05;
  SmallServer server(config);
  RawClient client = server.Connect();
  client.Send(AskFor("/events"));
  client.Answer();
  client.Until("\n\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Until("\n\n"), ":\n\n");
}

TEST(HttpConnection, CutsAStreamThatIsTakenTooSlowly) {
  SmallServer server;
  RawClient client = server.Connect();
  client.Send(AskFor("/events"));
  const auto stream = server.AwaitStream();
  const std::string large(100000, 'x');
  while (stream->Push({.data = large})) continue;
  EXPECT_TRUE(stream->overrun());
  server.AwaitConnections(0);
}

TEST(HttpConnection, TellsAStreamThatItsClientIsGone) {
  SmallServer server;
  std::shared_ptr<EventStream> stream;
  {
    RawClient client = server.Connect();
    client.Send(AskFor("/events"));
    client.Answer();
    stream = server.AwaitStream();
  }
  server.AwaitConnections(0);
  EXPECT_FALSE(stream->Push({.data = "x"}));
}

// A valid request with some bytes changed, left out, doubled or put in.
std::string Mutated(Rng& rng) {
  static const std::vector<std::string> valid = {
      AskFor("/ok?a=b"), AskFor("/echo", kJson, "[1, 2, 3]", "POST"),
      AskFor("/echo", kJson + "Transfer-Encoding: chunked\r\n", "", "POST") +
          "3\r\n[1]\r\n0\r\nX: y\r\n\r\n",
      AskFor("/ok",
             "Expect: 100-continue\r\nConnection: close\r\nX: " + std::string(300, 'a') + "\r\n")};
  static const std::vector<std::string> pieces = {"\r\n",
                                                  "\r",
                                                  "\n",
                                                  std::string(1, '\0'),
                                                  ": ",
                                                  "%",
                                                  "%00",
                                                  "..",
                                                  "Transfer-Encoding: chunked",
                                                  "Content-Length: 5\r\n",
                                                  "HTTP/1.0",
                                                  "\xFF\xFE",
                                                  "0\r\n\r\n",
                                                  "ffffffffffffffff",
                                                  ";",
                                                  ",",
                                                  std::string(5000, 'z')};
  std::string text = valid[rng.Below(valid.size())];
  const uint64_t changes = 1 + rng.Below(4);
  for (uint64_t i = 0; i < changes; ++i) {
    const size_t at = rng.Below(text.size());
    const uint64_t kind = rng.Below(5);
    if (kind == 0) text[at] = static_cast<char>(rng.Below(256));
    if (kind == 1) text.erase(at, 1 + rng.Below(10));
    if (kind == 2) text.insert(at, text.substr(at, rng.Below(40)));
    if (kind >= 3) text.insert(at, pieces[rng.Below(pieces.size())]);
    if (text.empty()) text = "x";
  }
  return text;
}

TEST(HttpConnection, OutlivesTwoThousandMutatedRequests) {
  const SmallServer server;
  Rng rng(17, "mutated requests");
  int answered = 0;
  for (int i = 0; i < 2000; ++i) {
    RawClient client = server.Connect();
    const std::string bytes = Mutated(rng);
    const size_t cut = rng.Below(bytes.size());
    client.Send(std::string_view(bytes).substr(0, cut));
    client.Send(std::string_view(bytes).substr(cut));
    client.EndSending();
    const std::string rest = client.Rest();
    ASSERT_TRUE(rest.empty() || rest.starts_with("HTTP/1.1 ")) << i << ": " << rest;
    answered += rest.empty() ? 0 : 1;
  }
  EXPECT_GT(answered, 1000);
  EXPECT_EQ(server.Ask(AskFor("/ok")).body, "fine");
}

}  // namespace
}  // namespace lerl
