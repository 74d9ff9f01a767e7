#include "lerl/http/server.h"

#include <linux/filter.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/http/access.h"
#include "lerl/http/connection.h"
#include "lerl/http/open_files.h"

namespace lerl {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kHandshake(50);  // that a connection takes to be made
constexpr int64_t kOtherFiles = 64;                  // open files that are no connections
constexpr int64_t kRefusedAtOnce = 256;  // connections that are answered by 503 at a time

tcp::endpoint EndpointOf(const ServerConfig& config) {
  error_code error;
  const std::string host = config.host == "localhost" ? "127.0.0.1" : config.host;
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (error)
    throw Error(ErrorKind::kConfig, "host: " + Printable(config.host) +
                                        " is no address; give one such as 127.0.0.1 or 0.0.0.0");
  return {address, static_cast<uint16_t>(config.port)};
}

ServerConfig WithinLimits(ServerConfig config) {
  const int64_t files = RaiseOpenFiles();
  const int64_t most = std::max<int64_t>(1, files - kOtherFiles - kRefusedAtOnce);
  if (most < config.max_connections) {
    LogWarning("max_connections: " + std::to_string(most) + " in place of " +
               std::to_string(config.max_connections) + ", since this process may open " +
               std::to_string(files) + " files; raise ulimit -n");
    config.max_connections = most;
  }
  return config;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const ServerConfig& config, ServerParts parts)
      : core(WithinLimits(config), std::move(parts)) {
    for (int64_t i = 0; i < config.io_threads; ++i) loops.push_back(std::make_unique<IoLoop>());
    acceptor = std::make_unique<tcp::acceptor>(loops[0]->context);
    pause = std::make_unique<asio::steady_timer>(loops[0]->context);
    Listen(EndpointOf(config));
    Accept();
    for (const auto& loop : loops) {
      loop->Watch();
      threads.emplace_back([&loop = *loop] { Run(loop); });
    }
  }
  // Where not even this can be done, the program can't go on.
  ~Impl() { Stop(); }  // NOLINT(bugprone-exception-escape)

  // What one connection throws must not end the others.
  static void Run(IoLoop& loop) {
    while (!loop.context.stopped()) {
      try {
        loop.context.run();
      } catch (const std::exception& error) {
        LogWarning(std::string("the HTTP server met ") + error.what());
      }
    }
  }

  void Listen(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(kBacklog, error);
    if (error)
      throw Error(ErrorKind::kIo, endpoint.address().to_string() + ":" +
                                      std::to_string(endpoint.port()) +
                                      ": can't listen: " + error.message());
    port = acceptor->local_endpoint().port();
  }

  void Accept() {
    IoLoop& loop = *loops[next++ % loops.size()];
    acceptor->async_accept(loop.context, [this, &loop](error_code error, tcp::socket socket) {
      if (!error) Welcome(loop, std::move(socket));
      if (!acceptor->is_open()) return;
      if (!error || error == asio::error::connection_aborted) return Accept();
      pause->expires_after(std::chrono::milliseconds(100));  // no files are left: some will be
      pause->async_wait([this](error_code cancelled) {
        if (!cancelled && acceptor->is_open()) Accept();
      });
    });
  }

  // On the thread of the first loop.
  void Welcome(IoLoop& loop, tcp::socket socket) {
    const int64_t others = core.connections();
    if (others >= core.config.max_connections + kRefusedAtOnce) return;  // it is closed
    core.CountConnection(1);
    auto connection = std::make_shared<HttpConnection>(std::move(socket), loop, core);
    const bool welcome = others < core.config.max_connections;
    if (&loop == loops[0].get()) return connection->Start(welcome);
    asio::post(loop.context, [connection, welcome] { connection->Start(welcome); });
  }

  // From here on the system does not answer to the first packet of a connection (SYN without ACK),
  // so that those under way can be waited for: what still waits to be accepted when listening ends
  // is cut, although its client believes it made. Who is turned away asks again after a second, and
  // is refused.
  void TurnAway() {
    constexpr uint32_t kFlags = 13, kSyn = 0x02, kSynAndAck = 0x12;  // in the header of TCP
    sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlags), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kSynAndAck),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSyn, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0),  // drop it
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)};  // take all of it
    const sock_fprog program = {.len = std::size(steps), .filter = steps};
    ::setsockopt(acceptor->native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                 sizeof(program));
  }

  // Takes in the connections that the system has accepted for us, so that none of them is cut by
  // the end of listening, and ends it.
  void StopListening() {
    error_code error;
    acceptor->non_blocking(true, error);
    while (!error) {
      IoLoop& loop = *loops[next++ % loops.size()];
      tcp::socket socket(loop.context);
      acceptor->accept(socket, error);
      if (!error) Welcome(loop, std::move(socket));
    }
    acceptor->close(error);
    pause->cancel();
  }

  // Runs `work` on a loop's thread, and waits for it.
  static void RunIn(IoLoop& loop, const std::function<void()>& work) {
    std::promise<void> done;
    asio::post(loop.context, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  bool Drain(double seconds) {
    const double end = MonotonicSeconds() + seconds;
    RunIn(*loops[0], [this] { TurnAway(); });
    std::this_thread::sleep_for(kHandshake);
    RunIn(*loops[0], [this] { StopListening(); });
    const double until = std::min(end, MonotonicSeconds() + core.config.drain_grace);
    for (const auto& loop : loops) {
      RunIn(*loop, [] {});  // what was accepted has joined its loop
      RunIn(*loop, [&loop = *loop, until] {
        const auto all = loop.connections;
        for (const auto& connection : all) connection->Drain(until);
      });
    }
    const bool whole = core.WaitForNone(end - MonotonicSeconds());
    Stop();
    return whole;
  }

  void Stop() {
    if (threads.empty()) return;
    RunIn(*loops[0], [this] { StopListening(); });
    for (const auto& loop : loops) RunIn(*loop, [] {});
    for (const auto& loop : loops) {
      RunIn(*loop, [&loop = *loop] { loop.CloseAll(); });
      loop->context.stop();
    }
    for (std::thread& thread : threads) thread.join();
    threads.clear();
    core.workers.reset();  // after the connections: what waited for a worker finds them closed
  }

  ServerCore core;
  std::vector<std::unique_ptr<IoLoop>> loops;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> pause;
  std::vector<std::thread> threads;
  size_t next = 0;
  int port = 0;
};

HttpServer::HttpServer(const ServerConfig& config, ServerParts parts) {
  RequireTokens(config.host, parts.access == nullptr ? Access() : *parts.access);
  impl_ = std::make_unique<Impl>(config, std::move(parts));
}

HttpServer::~HttpServer() = default;

int HttpServer::port() const { return impl_->port; }

std::string HttpServer::url() const {
  const std::string& host = impl_->core.config.host;
  const bool six = host.find(':') != std::string::npos;
  return "http://" + (six ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

int64_t HttpServer::connections() const { return impl_->core.connections(); }
int64_t HttpServer::max_connections() const { return impl_->core.config.max_connections; }

bool HttpServer::Drain(double seconds) {
  if (impl_->core.draining.exchange(true)) return true;
  return impl_->Drain(seconds);
}

bool HttpServer::draining() const { return impl_->core.draining; }

}  // namespace lerl
