#pragma once
// HttpServer: HTTP/1.1 for a program of ours, on Boost.Asio. It reads and writes on a few I/O
// threads, runs handlers on workers behind a bounded queue, and refuses what is too much, too slow
// or not sound before a handler sees it:
//
//   400  not HTTP, or readable in two ways
//   403  a change that a page of another origin asks for
//   408  a request that does not arrive in time
//   413  a body that is too long
//   417  an expectation but 100-continue
//   421  a Host that is not ours
//   429  too many requests from an address
//   431  headers that are too long or too many
//   501  a transfer coding but chunked
//   503  the queue, the connections or the memory are full
//
// A program adds routes to a router (http/router.h), whose Handle it gives as the handler, and in
// the end it calls Drain.

#include <memory>
#include <string>

#include "lerl/http/server_config.h"
#include "lerl/http/server_core.h"

namespace lerl {

class HttpServer {
 public:
  // Listens, and serves from now on. Raises the limit of open files. Throws Error(kConfig) where
  // the host is no address, or others can reach it and `parts.access` has no token, and Error(kIo)
  // where it can't listen.
  HttpServer(const ServerConfig& config, ServerParts parts);
  ~HttpServer();  // cuts what is under way
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  std::string url() const;  // "http://127.0.0.1:8080"
  int64_t connections() const;
  int64_t max_connections() const;

  // Ends the service: accepts nobody more, answers the requests that have arrived or arrive within
  // `drain_grace`, each with Connection: close, and stops. Returns false where something was still
  // under way after `seconds` and was cut. A second call does nothing.
  bool Drain(double seconds);
  // Whether Drain was called: the service is alive and not ready for more.
  bool draining() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lerl
