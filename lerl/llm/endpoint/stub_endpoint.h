#pragma once
// StubEndpoint: a small HTTP server on the loopback for tests and benchmarks of clients. It answers
// as it is told: late, wrongly, or not at all. It knows as much of HTTP/1.1 as clients of libcurl
// need: requests with a Content-Length, and connections that are kept. What is asked for by GET is
// a page of the server, and no request.
//
// One thread serves all connections. Delays are timers, so thousands of answers may be under way.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace lerl {

struct StubRequest {
  int64_t number = 0;  // counts the requests to the server, from 0
  std::string head;    // request line and headers
  std::string body;
};

struct StubReply {
  int status = 200;
  std::string body = {};
  std::vector<std::string> headers = {};  // "Name: value"
  double delay = 0;                       // seconds before the reply is sent
  int64_t cut_after = -1;                 // bytes of the body after which the connection is cut
};

class StubEndpoint {
 public:
  // Makes the reply to a request. It is called on the server's thread.
  using Handler = std::function<StubReply(const StubRequest&)>;

  // Makes a page by its path. It is called on the server's thread.
  using Pages = std::function<StubReply(const std::string& path)>;

  // Listens on `port` of 127.0.0.1, or for 0 on a free port. Throws Error(kIo) when it is taken.
  // Without pages each is 404.
  explicit StubEndpoint(Handler handler, int port = 0, Pages pages = nullptr);
  ~StubEndpoint();  // cuts all connections
  StubEndpoint(const StubEndpoint&) = delete;
  StubEndpoint& operator=(const StubEndpoint&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  int64_t requests() const { return requests_; }
  int64_t page_visits() const { return page_visits_; }
  int64_t most_in_flight() const { return most_in_flight_; }

 private:
  class Server;
  StubReply Reply(const std::string& head, const std::string& body);

  const Handler handler_;
  const Pages pages_;
  int port_ = 0;
  std::atomic<int64_t> requests_ = 0, page_visits_ = 0, most_in_flight_ = 0;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

// Returns the body of a chat completion with this text, 100 prompt tokens and 2 answer tokens.
// `top_logprobs`, if given, are JSON rows {"token", "logprob"}: the alternatives of the first
// token.
std::string StubAnswer(const std::string& text, const std::string& top_logprobs = "");

// Returns a free port of the loopback. Another process may take it before it is used.
int FreePort();

}  // namespace lerl
