#pragma once
// Settings of an HTTP server (http/server.h).

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/config.h"

namespace lerl {

struct ServerConfig {
  std::string host = "127.0.0.1";
  int64_t port = 8080;
  std::vector<std::string> allowed_hosts;
  int64_t io_threads = 1;
  int64_t worker_threads = 32;
  int64_t queue = 1024;
  int64_t max_connections = 16384;
  int64_t max_header_bytes = 16 << 10;
  int64_t max_body_bytes = 1 << 20;
  int64_t max_held_bytes = 256 << 20;
  double header_timeout = 10;
  double body_timeout = 30;
  double idle_timeout = 60;
  double write_timeout = 30;
  double heartbeat = 15;
  double drain_grace = 0.5;
  double requests_per_second = 0;
  double burst = 100;

  void VisitFields(FieldVisitor& visit) {
    visit("host", host,
          "address to listen on; one that others can reach needs tokens (http/access.h)");
    visit("port", port, "port to listen on; 0: any that is free", Range{0, 65535});
    visit("allowed_hosts", allowed_hosts,
          "further names in the header Host that are answered; elsewhere than on the loopback an "
          "empty list allows all");
    VisitSizes(visit);
    VisitTimes(visit);
  }

 private:
  void VisitSizes(FieldVisitor& visit) {
    visit("io_threads", io_threads, "threads that read and write", Range{1, 64});
    visit("worker_threads", worker_threads,
          "threads that answer requests; most of them wait for a disk or a model", Range{1, 1024});
    visit("queue", queue, "requests that wait for a worker; those beyond are answered by 503",
          Range{1, 1e6});
    visit("max_connections", max_connections,
          "open connections; those beyond are answered by 503. Never more than open files allow",
          Range{1, 1e6});
    visit("max_header_bytes", max_header_bytes,
          "request line and headers of a request; what is longer is answered by 431",
          Range{512, 1 << 20});
    visit("max_body_bytes", max_body_bytes, "body of a request; what is longer is answered by 413",
          Range{0, 1 << 30});
    visit("max_held_bytes", max_held_bytes,
          "what all requests under way may hold together; what is beyond is answered by 503",
          Range{1 << 16, 1e12});
  }

  void VisitTimes(FieldVisitor& visit) {
    const Range seconds = {0.05, 86400};
    visit("header_timeout", header_timeout,
          "seconds from the first byte of a request to the end of its headers", seconds);
    visit("body_timeout", body_timeout, "seconds that the body of a request may take", seconds);
    visit("idle_timeout", idle_timeout, "seconds that a connection may lie without a request",
          seconds);
    visit("write_timeout", write_timeout, "seconds in which a client must take an answer", seconds);
    visit("heartbeat", heartbeat, "seconds of silence after which a stream of events sends a line",
          seconds);
    visit("drain_grace", drain_grace,
          "seconds that a connection without a request is kept open while the server drains",
          Range{0, 3600});
    visit("requests_per_second", requests_per_second,
          "requests of one client address, in the mean; those beyond are answered by 429. 0: no "
          "limit",
          Range{0, 1e6});
    visit("burst", burst, "requests that one client address may send at once", Range{1, 1e6});
  }
};

}  // namespace lerl
