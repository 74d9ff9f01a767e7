#pragma once
// What all connections of a server share, without sockets.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "lerl/http/access_log.h"
#include "lerl/http/message.h"
#include "lerl/http/metrics.h"
#include "lerl/http/rate_limit.h"
#include "lerl/http/server_config.h"
#include "lerl/http/worker_pool.h"

namespace lerl {

class Access;

// Answers a request, on a worker thread; several at once. It may take what it likes from the
// request. What it throws becomes a problem (FaultResponse).
using HttpHandler = std::function<Response(Request&)>;

// What a server works with. All of it outlives the server. `log_line` gets a line of the access log
// (http/access_log.h) for each request, one call at a time; it must be quick and not throw.
struct ServerParts {
  HttpHandler handler = {};
  // Whether a request is answered at once, by the thread of its connection, though all workers are
  // busy. Its handler must not wait. None: no request is.
  std::function<bool(const Request&)> at_once = {};
  const Access* access = nullptr;  // none: no tokens
  Metrics* metrics = nullptr;      // none: no figures
  std::function<void(const std::string&)> log_line = {};
};

// Seconds of a clock that does not go back.
double MonotonicSeconds();

class ServerCore {
 public:
  ServerCore(ServerConfig config, ServerParts parts);

  // What a request is refused for by its headers alone, if it is.
  std::optional<Problem> Admit(const Request& head);
  // The handler's answer, or the problem that it met.
  Response Run(Request& request) const;
  bool AnswersAtOnce(const Request& request) const {
    return parts_.at_once && parts_.at_once(request);
  }
  void Record(const LogEntry& entry);

  // A connection was opened or closed.
  void CountConnection(int change);
  int64_t connections() const { return connections_; }
  // Waits until there is none; false where `seconds` do not suffice.
  bool WaitForNone(double seconds);
  // Counts bytes that requests hold; false where it is too much now.
  bool Hold(int64_t change);
  // Hands a task to the workers; false where the queue is full.
  bool TryAdd(std::function<void()> task);

  const ServerConfig config;
  std::atomic<bool> draining = false;
  std::unique_ptr<WorkerPool> workers;

 private:
  struct RouteFigures {
    Histogram* seconds = nullptr;
    std::map<int, Counter*> by_status;
  };
  void CountRequest(const LogEntry& entry);

  const ServerParts parts_;
  RateLimit limit_;
  std::atomic<int64_t> connections_ = 0, held_ = 0;
  std::mutex mutex_;  // of what follows
  std::condition_variable none_open_;
  std::map<std::string, RouteFigures> routes_;
  Gauge* open_ = nullptr;
  Gauge* queued_ = nullptr;
};

}  // namespace lerl
