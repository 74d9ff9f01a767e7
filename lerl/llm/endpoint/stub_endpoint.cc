#include "lerl/llm/endpoint/stub_endpoint.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/llm/endpoint/http_transfer.h"

namespace lerl {
namespace {

int Listen(int port) {
  const int socket_id = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_id, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (bind(socket_id, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(socket_id, 1024) != 0) {
    const std::string reason = std::strerror(errno);
    close(socket_id);
    throw Error(ErrorKind::kIo, "127.0.0.1:" + std::to_string(port) + ": can't listen: " + reason);
  }
  return socket_id;
}

int PortOf(int socket_id) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  LERL_CHECK_EQ(getsockname(socket_id, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

// The number of bytes of the body that the head announces.
size_t ContentLength(const std::string& head) {
  std::string small = head;
  for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  constexpr std::string_view kName = "content-length:";
  const size_t at = small.find(kName);
  return at == std::string::npos ? 0 : std::stoul(small.substr(at + kName.size()));
}

std::string Text(const StubReply& reply) {
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                     " Stub\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n";
  for (const std::string& header : reply.headers) text += header + "\r\n";
  text += "\r\n";
  return text + (reply.cut_after < 0 ? reply.body : reply.body.substr(0, At(reply.cut_after)));
}

}  // namespace

class StubEndpoint::Server {
 public:
  Server(StubEndpoint& owner, int listener)
      : owner_(owner),
        listener_(listener),
        stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    Watch(listener_);
    Watch(stop_);
  }
  ~Server() {
    for (const auto& [socket_id, connection] : connections_) close(socket_id);
    for (const int descriptor : {listener_, stop_, epoll_}) close(descriptor);
  }

  void Stop() {
    const uint64_t one = 1;
    LERL_CHECK_EQ(write(stop_, &one, sizeof(one)), static_cast<ssize_t>(sizeof(one)));
  }

  void Run() {
    std::array<epoll_event, 256> events{};
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), Patience());
      for (int i = 0; i < count; ++i) {
        const int descriptor = events[At(i)].data.fd;
        if (descriptor == stop_) return;
        if (descriptor == listener_) {
          Accept();
        } else {
          Read(descriptor);
        }
      }
      SendDue();
    }
  }

 private:
  struct Connection {
    int64_t number = 0;  // tells apart connections that had the same descriptor
    std::string input = {};
  };
  struct Due {
    int socket_id;
    int64_t connection;
    std::string text;
    bool cut;
  };

  void Watch(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    LERL_CHECK_EQ(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event), 0);
  }

  int Patience() const {  // ms until the next reply
    if (due_.empty()) return 1000;
    return std::max(0, static_cast<int>((due_.begin()->first - SteadySeconds()) * 1000 + 0.999));
  }

  void Accept() {
    const int on = 1;
    for (int socket_id = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
         socket_id >= 0;
         socket_id = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
      setsockopt(socket_id, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      connections_[socket_id].number = accepted_++;
      Watch(socket_id);
    }
  }

  void Cut(int socket_id) {
    connections_.erase(socket_id);
    close(socket_id);
  }

  void Read(int socket_id) {
    Connection& connection = connections_.at(socket_id);
    std::array<char, 1 << 16> buffer{};
    const ssize_t count = read(socket_id, buffer.data(), buffer.size());
    if (count <= 0) return Cut(socket_id);
    connection.input.append(buffer.data(), At(count));
    const size_t end = connection.input.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const size_t length = ContentLength(connection.input.substr(0, end));
    if (connection.input.size() < end + 4 + length) return;
    const StubReply reply =
        owner_.Reply(connection.input.substr(0, end), connection.input.substr(end + 4, length));
    connection.input.clear();  // the client waits for the answer before it asks again
    due_.emplace(SteadySeconds() + reply.delay,
                 Due{socket_id, connection.number, Text(reply), reply.cut_after >= 0});
    const auto in_flight = std::ssize(due_);
    if (in_flight > owner_.most_in_flight_) owner_.most_in_flight_ = in_flight;
  }

  void SendDue() {
    while (!due_.empty() && due_.begin()->first <= SteadySeconds()) {
      const Due due = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      const auto found = connections_.find(due.socket_id);
      if (found == connections_.end() || found->second.number != due.connection) continue;
      if (!Send(due.socket_id, due.text) || due.cut) Cut(due.socket_id);
    }
  }

  // Sends a reply. Replies are small, so a client that does not take one within a second is cut.
  static bool Send(int socket_id, const std::string& text) {
    for (size_t sent = 0; sent < text.size();) {
      const ssize_t count = send(socket_id, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count > 0) {
        sent += At(count);
        continue;
      }
      pollfd descriptor = {socket_id, POLLOUT, 0};
      if (errno != EAGAIN || poll(&descriptor, 1, 1000) <= 0) return false;
    }
    return true;
  }

  StubEndpoint& owner_;
  const int listener_, stop_, epoll_;
  int64_t accepted_ = 0;
  std::unordered_map<int, Connection> connections_;
  std::multimap<double, Due> due_;  // by time
};

StubReply StubEndpoint::Reply(const std::string& head, const std::string& body) {
  constexpr std::string_view kGet = "GET ";
  if (!head.starts_with(kGet)) return handler_({requests_++, head, body});
  ++page_visits_;
  const size_t end = std::min(head.find_first_of(" ?", kGet.size()), head.size());
  return pages_ ? pages_(head.substr(kGet.size(), end - kGet.size())) : StubReply{.status = 404};
}

StubEndpoint::StubEndpoint(Handler handler, int port, Pages pages)
    : handler_(std::move(handler)), pages_(std::move(pages)) {
  const int listener = Listen(port);
  port_ = PortOf(listener);
  server_ = std::make_unique<Server>(*this, listener);
  thread_ = std::thread([this] { server_->Run(); });
}

StubEndpoint::~StubEndpoint() {
  server_->Stop();
  thread_.join();
}

std::string StubAnswer(const std::string& text, const std::string& top_logprobs) {
  nlohmann::json choice = {{"index", 0},
                           {"finish_reason", "stop"},
                           {"message", {{"role", "assistant"}, {"content", text}}}};
  if (!top_logprobs.empty()) {
    choice["logprobs"]["content"] = {
        {{"token", text}, {"logprob", -1}, {"top_logprobs", ParseJson(top_logprobs)}}};
  }
  const nlohmann::json body = {{"object", "chat.completion"},
                               {"choices", {choice}},
                               {"usage", {{"prompt_tokens", 100}, {"completion_tokens", 2}}}};
  return body.dump();
}

int FreePort() {
  const int listener = Listen(0);
  const int port = PortOf(listener);
  close(listener);
  return port;
}

}  // namespace lerl
