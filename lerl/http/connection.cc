#include "lerl/http/connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include "lerl/base/random_id.h"
#include "lerl/http/event_stream.h"
#include "lerl/http/request_id.h"
#include "lerl/http/response_text.h"

namespace lerl {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kLingerSeconds = 2;
constexpr int64_t kMostDropped = 1 << 20;  // bytes
constexpr std::chrono::milliseconds kTick(50);

}  // namespace

void IoLoop::Watch() {
  timer.expires_after(kTick);
  timer.async_wait([this](error_code error) {
    if (error) return;
    const double now = MonotonicSeconds();
    const std::vector<std::shared_ptr<HttpConnection>> all(connections.begin(), connections.end());
    for (const auto& connection : all) connection->CheckDeadline(now);
    Watch();
  });
}

void IoLoop::CloseAll() {
  while (!connections.empty()) connections.front()->Close();
}

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, IoLoop& loop, ServerCore& core)
    : socket_(std::move(socket)),
      loop_(loop),
      core_(core),
      reader_({core.config.max_header_bytes, core.config.max_body_bytes}) {}

void HttpConnection::Enter(Phase phase, double seconds) {
  phase_ = phase;
  deadline_ = MonotonicSeconds() + seconds;
}

void HttpConnection::Start(bool welcome) {
  place_ = loop_.connections.insert(loop_.connections.end(), shared_from_this());
  error_code error;
  const auto endpoint = socket_.remote_endpoint(error);
  if (error) return Close();
  remote_ = endpoint.address().to_string();
  socket_.non_blocking(true, error);
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  Enter(Phase::kIdle, core_.config.idle_timeout);
  if (core_.draining) Drain(MonotonicSeconds() + core_.config.drain_grace);
  if (welcome) return Wait();
  Refuse({.status = 503,
          .detail = "there are too many connections; try again",
          .headers = {{"Retry-After", "1"}}});
}

void HttpConnection::Wait() {
  if (std::exchange(waiting_, true)) return;
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](error_code error) {
                       self->waiting_ = false;
                       if (self->phase_ == Phase::kClosed) return;
                       if (error) return self->Close();
                       const bool busy =  // what follows is read after the answer
                           self->phase_ == Phase::kRunning || self->phase_ == Phase::kWriting;
                       if (!busy) self->Read();
                     });
}

void HttpConnection::Read() {
  error_code error;
  const size_t count = socket_.read_some(asio::buffer(loop_.scratch), error);
  if (error == asio::error::would_block || error == asio::error::try_again) return Wait();
  if (error) return Close();
  if (phase_ == Phase::kLingering || phase_ == Phase::kStreaming) {
    dropped_ += static_cast<int64_t>(count);
    return dropped_ > kMostDropped ? Close() : Wait();
  }
  reader_.Append({loop_.scratch.data(), count});
  Progress();
}

void HttpConnection::Progress() {
  while (true) {
    switch (reader_.Advance()) {
      case RequestReader::State::kNothing:
        return Wait();
      case RequestReader::State::kHeader:
        if (phase_ != Phase::kReading) Enter(Phase::kReading, core_.config.header_timeout);
        return HoldBytes() ? Wait() : void();
      case RequestReader::State::kBody:
        if (!admitted_) {
          if (!AdmitHead()) return;
          continue;
        }
        if (reader_.expects_continue() && !std::exchange(continued_, true)) {
          error_code error;
          socket_.write_some(asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25), error);
          if (error) return Close();
        }
        return HoldBytes() ? Wait() : void();
      case RequestReader::State::kDone:
        return Dispatch();
      case RequestReader::State::kRefused:
        return Refuse(reader_.refusal());
    }
  }
}

// Looks at the headers before the body is read. Returns false where the request is refused.
bool HttpConnection::AdmitHead() {
  admitted_ = true;
  continued_ = false;
  Enter(Phase::kReading, core_.config.body_timeout);
  started_ = MonotonicSeconds();
  Request head = reader_.head();
  head.remote = remote_;
  const std::optional<Problem> problem = core_.Admit(head);
  if (problem) Refuse(*problem);
  return !problem;
}

// Counts what the reader holds. Returns false where all requests together hold too much.
bool HttpConnection::HoldBytes() {
  const int64_t change = reader_.held() - held_;
  held_ += change;
  if (core_.Hold(change)) return true;
  Refuse({.status = 503,
          .detail = "too much is being read now; try again",
          .headers = {{"Retry-After", "1"}}});
  return false;
}

void HttpConnection::Release() { core_.Hold(-std::exchange(held_, 0)); }

void HttpConnection::Dispatch() {
  keep_alive_ = reader_.keep_alive();
  Request request = reader_.Take();
  const std::string& given = FieldOf(request.headers, "x-request-id");
  request.id = IsRequestId(given) ? given : RandomId();
  request.remote = remote_;
  asked_ = {.method = request.method, .path = request.path, .id = request.id};
  Enter(Phase::kRunning, kForever);
  if (core_.AnswersAtOnce(request)) return Answer(core_.Run(request));
  auto work = [self = shared_from_this(), request = std::move(request)]() mutable {
    if (self->closed_) return;
    Response response = self->core_.Run(request);
    asio::post(self->loop_.context, [self, response = std::move(response)]() mutable {
      self->Answer(std::move(response));
    });
  };
  if (core_.TryAdd(std::move(work))) return;
  Answer(ProblemResponse(asked_, {.status = 503,
                                  .detail = "too many requests wait; try again",
                                  .headers = {{"Retry-After", "1"}}}));
}

// Answers what is not handed to a worker, and ends the connection.
void HttpConnection::Refuse(const Problem& problem) {
  const Request& head = reader_.head();
  const std::string& given = FieldOf(head.headers, "x-request-id");
  asked_ = {
      .method = head.method, .path = head.path, .id = IsRequestId(given) ? given : RandomId()};
  if (!admitted_) started_ = MonotonicSeconds();
  keep_alive_ = false;
  phase_ = Phase::kRunning;
  Answer(ProblemResponse(asked_, problem));
}

void HttpConnection::Answer(Response response) {
  Release();
  entry_ = {.request_id = asked_.id,
            .method = asked_.method,
            .route = response.route,
            .remote = remote_,
            .status = response.status};
  recorded_ = false;
  stream_ = response.stream;
  if (phase_ == Phase::kClosed) {
    if (stream_) stream_->Detach();
    return Record(true);
  }
  if (core_.draining || stream_) keep_alive_ = false;
  const bool head_only = asked_.method == "HEAD";
  head_ = ResponseHead(response, asked_.id, {keep_alive_, reader_.http_1_0()});
  body_ = head_only || response.status == 204 || response.status == 304 || stream_
              ? std::string()
              : std::move(response.body);
  if (head_only && stream_) std::exchange(stream_, nullptr)->Detach();
  Enter(Phase::kWriting, core_.config.write_timeout);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head_), asio::buffer(body_)};
  asio::async_write(socket_, parts, [self = shared_from_this()](error_code error, size_t count) {
    self->entry_.bytes += static_cast<int64_t>(count);
    self->OnWritten(!error);
  });
}

void HttpConnection::OnWritten(bool whole) {
  if (phase_ == Phase::kClosed) return;
  if (!whole) return Close();
  if (stream_) return StartStream();
  Record(false);
  if (!keep_alive_) return Linger();
  body_ = {};
  admitted_ = false;
  Enter(Phase::kIdle, core_.config.idle_timeout);
  if (core_.draining) Drain(MonotonicSeconds() + core_.config.drain_grace);
  Progress();
}

void HttpConnection::StartStream() {
  Enter(Phase::kStreaming, kForever);
  sent_ = MonotonicSeconds();
  stream_->Attach([weak = weak_from_this(), &context = loop_.context] {
    asio::post(context, [weak] {
      if (const auto self = weak.lock()) self->PumpStream();
    });
  });
  if (core_.draining) stream_->Close();
  Wait();
  PumpStream();
}

void HttpConnection::PumpStream() {
  if (phase_ != Phase::kStreaming) return;
  if (stream_->overrun()) return Close();
  if (sending_) return;
  const bool closed = stream_->closed();  // asked first: what was pushed before is taken
  std::string text = stream_->Take();
  if (!text.empty()) return SendEvents(std::move(text));
  if (!closed) return;
  Record(false);
  Linger();
}

void HttpConnection::SendEvents(std::string text) {
  body_ = std::move(text);
  sending_ = true;
  deadline_ = MonotonicSeconds() + core_.config.write_timeout;
  asio::async_write(socket_, asio::buffer(body_),
                    [self = shared_from_this()](error_code error, size_t count) {
                      self->entry_.bytes += static_cast<int64_t>(count);
                      self->sending_ = false;
                      if (self->phase_ != Phase::kStreaming) return;
                      if (error) return self->Close();
                      self->sent_ = MonotonicSeconds();
                      self->deadline_ = kForever;
                      self->PumpStream();
                    });
}

void HttpConnection::Linger() {
  if (stream_) std::exchange(stream_, nullptr)->Detach();
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  if (error) return Close();
  Enter(Phase::kLingering, kLingerSeconds);
  Wait();
}

void HttpConnection::Record(bool cut) {
  if (std::exchange(recorded_, true)) return;
  entry_.cut = cut;
  entry_.seconds = MonotonicSeconds() - started_;
  core_.Record(entry_);
}

void HttpConnection::CheckDeadline(double now) {
  if (phase_ == Phase::kStreaming && !sending_ && now - sent_ > core_.config.heartbeat)
    return SendEvents(":\n\n");
  if (now < deadline_ || phase_ == Phase::kClosed) return;
  error_code error;
  if (phase_ == Phase::kIdle && socket_.available(error) > 0) return Read();  // just in time
  if (phase_ != Phase::kReading) return Close();
  Refuse({.status = 408, .detail = "the request did not arrive in time"});
}

void HttpConnection::Drain(double until) {
  if (phase_ == Phase::kIdle) deadline_ = std::min(deadline_, until);
  if (phase_ == Phase::kStreaming) stream_->Close();
}

void HttpConnection::Close() {
  if (phase_ == Phase::kClosed) return;
  const bool running = phase_ == Phase::kRunning;  // recorded when its answer comes
  phase_ = Phase::kClosed;
  closed_ = true;
  Release();
  if (stream_) std::exchange(stream_, nullptr)->Detach();
  error_code error;
  socket_.close(error);
  const auto self = shared_from_this();  // the loop's may be the last
  loop_.connections.erase(place_);
  if (!running) Record(true);
  core_.CountConnection(-1);
}

}  // namespace lerl
