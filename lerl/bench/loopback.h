#pragma once
// Connections to a server on this machine.

#include <cstdint>
#include <string>
#include <vector>

namespace lerl {

// A socket that is connected to a port of the loopback, or -1.
int ConnectTo(int port);
// The status of the answer to GET `path`; 0 without an answer.
int StatusOf(int port, const std::string& path);

// Connections that lie there without a word.
class IdleConnections {
 public:
  // Throws Error(kIo) where one of them can't be opened.
  IdleConnections(int port, int64_t count);
  ~IdleConnections();
  IdleConnections(const IdleConnections&) = delete;
  IdleConnections& operator=(const IdleConnections&) = delete;

  int64_t open() const;  // how many the server has not closed

 private:
  std::vector<int> sockets_;
};

}  // namespace lerl
