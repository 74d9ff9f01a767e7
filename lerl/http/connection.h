#pragma once
// A connection of the HTTP server, and the loop that it lives in. Include from .cc files only: it
// brings Boost.Asio.
//
// Each I/O thread runs one loop, and a connection is touched by the thread of its loop alone, so
// nothing here is locked. Workers hand answers over by a post to the loop.
//
//   kIdle -> kReading -> kRunning (a worker has the request) -> kWriting -> kIdle ...
//   kWriting -> kStreaming (events until one side ends it)
//   kWriting, kStreaming -> kLingering: we have ended our side, and what the client still sends is
//   dropped for a while, since closing at once could take our last answer from it (RFC 9112, 9.6)

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <string>

#include "lerl/http/request_reader.h"
#include "lerl/http/server_core.h"

namespace lerl {

class HttpConnection;

struct IoLoop {
  boost::asio::io_context context{1};
  boost::asio::steady_timer timer{context};
  std::array<char, 1 << 16> scratch{};  // where sockets are read to
  std::list<std::shared_ptr<HttpConnection>> connections;

  // Begins to look after deadlines, some times a second.
  void Watch();
  void CloseAll();
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, IoLoop& loop, ServerCore& core);

  // Joins the loop. One that is not `welcome` is answered by 503 and closed.
  void Start(bool welcome);
  void CheckDeadline(double now);
  // Ends soon: without a request by `until`, else after the answer.
  void Drain(double until);
  void Close();

 private:
  enum class Phase { kIdle, kReading, kRunning, kWriting, kStreaming, kLingering, kClosed };

  void Enter(Phase phase, double seconds);
  void Wait();
  void Read();
  void Progress();
  bool AdmitHead();
  bool HoldBytes();
  void Release();
  void Dispatch();
  void Refuse(const Problem& problem);
  void Answer(Response response);
  void OnWritten(bool whole);
  void StartStream();
  void PumpStream();
  void SendEvents(std::string text);
  void Linger();
  void Record(bool cut);

  boost::asio::ip::tcp::socket socket_;
  IoLoop& loop_;
  ServerCore& core_;
  std::list<std::shared_ptr<HttpConnection>>::iterator place_;
  RequestReader reader_;
  Phase phase_ = Phase::kIdle;
  std::atomic<bool> closed_ = false;  // as phase_ says, for workers
  double deadline_ = 0;
  bool waiting_ = false;  // for something to read
  bool admitted_ = false, continued_ = false, keep_alive_ = false;
  int64_t held_ = 0;     // bytes that are counted as held
  int64_t dropped_ = 0;  // bytes read that nobody wants
  std::string remote_;

  // Of the request at hand.
  Request asked_;  // without headers and body
  LogEntry entry_;
  bool recorded_ = true;
  double started_ = 0;
  std::string head_, body_;
  std::shared_ptr<EventStream> stream_;
  bool sending_ = false;  // events
  double sent_ = 0;       // when they last were
};

}  // namespace lerl
