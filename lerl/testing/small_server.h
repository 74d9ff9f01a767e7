#pragma once
// A server of a few routes, for tests of lerl/http:
//   GET  /ok         "fine"
//   POST /echo       the body, which is JSON
//   GET  /wait       "waited", once Release is called
//   GET  /fail       an exception with a secret in it
//   GET  /header     a header that would begin another answer
//   GET  /events     a stream, which stands in streams() then; its first event is Last-Event-ID
//   GET  /large      16 MB
//   GET  /metrics

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/http/access.h"
#include "lerl/http/event_stream.h"
#include "lerl/http/router.h"
#include "lerl/http/server.h"
#include "lerl/testing/raw_http.h"

namespace lerl {

inline ServerConfig AnyPort() {
  ServerConfig config;
  config.port = 0;
  config.drain_grace = 0.1;
  return config;
}

class SmallServer {
 public:
  explicit SmallServer(const ServerConfig& config = AnyPort(), const Access& access = Access())
      : access_(access) {
    Add("GET", "/ok", [](const Request&) { return Response{.body = "fine"}; });
    Add("GET", "/wait", [this](const Request&) {
      std::unique_lock lock(mutex_);
      ++waiting_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return released_; });
      return Response{.body = "waited"};
    });
    Add("GET", "/fail",
        [](const Request&) -> Response { throw Error(ErrorKind::kModel, "secret"); });
    Add("GET", "/header", [](const Request&) {
      return Response{.headers = {{"X-Of", "a\r\nSet-Cookie: evil"}}};
    });
    Add("GET", "/large",
        [](const Request&) { return Response{.body = std::string(16 << 20, 'x')}; });
    Add("GET", "/metrics", [this](const Request&) {
      return Response{.content_type = std::string(Metrics::kContentType), .body = metrics_.Text()};
    });
    Add("GET", "/events", [this](const Request& request) {
      auto stream = std::make_shared<EventStream>(1 << 20);
      stream->Push({.data = FieldOf(request.headers, "last-event-id"), .name = "last"});
      const std::scoped_lock lock(mutex_);
      streams_.push_back(stream);
      changed_.notify_all();
      return Response{.stream = stream};
    });
    router_.Add({.method = "POST",
                 .pattern = "/echo",
                 .name = "echo",
                 .scope = Scope::kWrite,
                 .json_body = true,
                 .handle = [](const Request& request) { return Response{.body = request.body}; }});
    router_.SetGuard([this](const Request& r, Scope scope) { access_.Check(r, scope); });
    server_ = std::make_unique<HttpServer>(
        config, ServerParts{.handler = [this](Request& r) { return router_.Handle(r); },
                            .access = &access_,
                            .metrics = &metrics_,
                            .log_line =
                                [this](const std::string& line) {
                                  const std::scoped_lock lock(log_mutex_);
                                  lines_.push_back(line);
                                }});
  }
  ~SmallServer() {
    Release();
    server_.reset();
  }

  HttpServer& operator*() { return *server_; }
  HttpServer* operator->() { return server_.get(); }
  Metrics& metrics() { return metrics_; }
  std::string Url(const std::string& path) const { return server_->url() + path; }
  RawClient Connect() const { return RawClient(server_->port()); }
  RawAnswer Ask(const std::string& bytes) const { return AnswerTo(server_->port(), bytes); }

  // Waits until so many requests wait at /wait.
  void AwaitWaiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  void Release() {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  std::shared_ptr<EventStream> AwaitStream(size_t index = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return streams_.size() > index; });
    return streams_[index];
  }
  std::vector<std::string> lines() {
    const std::scoped_lock lock(log_mutex_);
    return lines_;
  }
  // Waits until the server has so many connections.
  void AwaitConnections(int64_t count) const {
    while (server_->connections() != count) ::usleep(1000);
  }

 private:
  void Add(const std::string& method, const std::string& path,
           std::function<Response(const Request&)> handle) {
    router_.Add({.method = method,
                 .pattern = path,
                 .name = path.substr(1),
                 .scope = path == "/ok" ? Scope::kNone : Scope::kRead,
                 .handle = std::move(handle)});
  }

  std::mutex mutex_, log_mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool released_ = false;
  std::vector<std::shared_ptr<EventStream>> streams_;
  std::vector<std::string> lines_;
  Access access_;
  Metrics metrics_;
  Router router_;
  std::unique_ptr<HttpServer> server_;
};

// A request of HTTP/1.1 to the server, with further header lines, each with its line end.
inline std::string AskFor(const std::string& path, const std::string& lines = "",
                          const std::string& body = "", const std::string& method = "GET") {
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines;
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

}  // namespace lerl
