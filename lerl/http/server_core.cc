#include "lerl/http/server_core.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "lerl/base/clock.h"
#include "lerl/base/log.h"
#include "lerl/http/access.h"
#include "lerl/http/response_text.h"

namespace lerl {
namespace {

bool ChangesNothing(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace

double MonotonicSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ServerCore::ServerCore(ServerConfig settings, ServerParts parts)
    : config(std::move(settings)),
      workers(std::make_unique<WorkerPool>(config.worker_threads, config.queue)),
      parts_(std::move(parts)),
      limit_(config.requests_per_second, config.burst) {
  if (parts_.metrics == nullptr) return;
  open_ = &parts_.metrics->AddGauge("lerl_http_connections", "open connections");
  queued_ = &parts_.metrics->AddGauge("lerl_http_queue", "requests that wait for a worker");
}

std::optional<Problem> ServerCore::Admit(const Request& head) {
  const double wait = limit_.Take(head.remote, MonotonicSeconds());
  if (wait > 0) {
    const auto seconds = static_cast<int64_t>(std::ceil(wait));
    return Problem{.status = 429,
                   .detail = "too many requests from this address",
                   .headers = {{"Retry-After", std::to_string(seconds)}}};
  }
  if (!KnowsHost(FieldOf(head.headers, "host"), config.host, config.allowed_hosts) &&
      head.headers.contains("host"))
    return Problem{.status = 421, .detail = "this server does not answer to that Host"};
  if (!ChangesNothing(head.method) && IsCrossOrigin(head))
    return Problem{.status = 403, .detail = "pages of other origins may not change anything here"};
  return std::nullopt;
}

Response ServerCore::Run(Request& request) const {
  const Request asked = {.method = request.method, .path = request.path, .id = request.id};
  Response response;
  try {
    response = parts_.handler(request);
  } catch (...) {
    response = FaultResponse(asked, std::current_exception());
  }
  if (AreSound(response)) return response;
  LogWarning("request " + asked.id + ": the answer of " + response.route +
             " has a status or a header that can't be sent");
  Response failed = ProblemResponse(
      asked, {.status = 500, .detail = "the service failed; its log names this request"});
  failed.route = response.route;
  return failed;
}

void ServerCore::CountRequest(const LogEntry& entry) {
  if (parts_.metrics == nullptr) return;
  const std::string route = entry.route.empty() ? "none" : entry.route;
  RouteFigures& figures = routes_[route];
  Counter*& count = figures.by_status[entry.status];
  if (count == nullptr)
    count =
        &parts_.metrics->AddCounter("lerl_http_requests_total", "requests by route and status",
                                    {{"route", route}, {"status", std::to_string(entry.status)}});
  if (figures.seconds == nullptr)
    figures.seconds = &parts_.metrics->AddHistogram(
        "lerl_http_request_seconds", "seconds from the end of the headers to the end of the answer",
        {{"route", route}});
  count->Add();
  figures.seconds->Observe(entry.seconds);
}

void ServerCore::Record(const LogEntry& entry) {
  const std::scoped_lock lock(mutex_);
  CountRequest(entry);
  if (parts_.log_line) parts_.log_line(LogLine(entry, UtcNow()));
}

void ServerCore::CountConnection(int change) {
  const std::scoped_lock lock(mutex_);
  connections_ += change;
  if (open_ != nullptr) open_->Set(static_cast<double>(connections_));
  if (connections_ == 0) none_open_.notify_all();
}

bool ServerCore::WaitForNone(double seconds) {
  std::unique_lock lock(mutex_);
  return none_open_.wait_for(lock, std::chrono::duration<double>(std::max(0.0, seconds)),
                             [this] { return connections_ == 0; });
}

bool ServerCore::Hold(int64_t change) {
  return (held_ += change) <= config.max_held_bytes || change <= 0;
}

bool ServerCore::TryAdd(std::function<void()> task) {
  const bool added = workers->TryAdd(std::move(task));
  if (queued_ != nullptr) queued_->Set(static_cast<double>(workers->queued()));
  return added;
}

}  // namespace lerl
