#include "lerl/bench/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "lerl/base/error.h"
#include "lerl/http/open_files.h"

namespace lerl {

int ConnectTo(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  ::close(socket);
  return -1;
}

int StatusOf(int port, const std::string& path) {
  const int socket = ConnectTo(port);
  if (socket < 0) return 0;
  const std::string request = "GET " + path +
                              " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                              "\r\nConnection: close\r\n\r\n";
  std::string answer;
  std::array<char, 4096> part{};
  ssize_t count = ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  while (count > 0) {
    count = ::recv(socket, part.data(), part.size(), 0);
    if (count > 0) answer.append(part.data(), static_cast<size_t>(count));
  }
  ::close(socket);
  const std::string version = "HTTP/1.1 ";
  return answer.starts_with(version) ? std::atoi(answer.c_str() + version.size()) : 0;
}

IdleConnections::IdleConnections(int port, int64_t count) {
  RaiseOpenFiles();
  for (int64_t n = 0; n < count; ++n) {
    const int socket = ConnectTo(port);
    if (socket < 0) {
      const std::string why = std::strerror(errno);
      for (const int open : sockets_) ::close(open);
      throw Error(ErrorKind::kIo, "connection " + std::to_string(n) + " of " +
                                      std::to_string(count) + " can't be opened: " + why +
                                      "; raise ulimit -n");
    }
    sockets_.push_back(socket);
  }
}

IdleConnections::~IdleConnections() {
  for (const int socket : sockets_) ::close(socket);
}

int64_t IdleConnections::open() const {
  return std::ranges::count_if(sockets_, [](int socket) {
    char byte = 0;
    const ssize_t count = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  });
}

}  // namespace lerl
