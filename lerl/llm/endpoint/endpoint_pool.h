#pragma once
// Which of several equal servers gets the next request: the least busy one that is up, has a free
// place and is within its rate. Times are seconds of any one clock, given by the caller.
//
// A server goes down after kFailuresToGoDown failures in a row; requests that failed together count
// once. After `cool_down` seconds one request may try it again: an answer brings it back, another
// failure puts it down for as long again.
// A server that asks for a pause is left alone for as long as it asks. A pause longer than
// `patience` puts it down, whatever becomes of its other requests; then it is tried again after
// kLongestPause at the latest.
// The rate is a token bucket that holds at most one second's requests.

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace lerl {

inline constexpr int kFailuresToGoDown = 3;
inline constexpr double kLongestPause = 600;  // seconds, of a server that is down

struct EndpointLimits {
  int concurrency = 1;
  double cool_down = 0;                                       // seconds
  double requests_per_second = 0;                             // 0: no limit
  double patience = std::numeric_limits<double>::infinity();  // seconds
};

class EndpointPool {
 public:
  EndpointPool(int endpoints, EndpointLimits limits);

  // An endpoint to send a request to, which then occupies a place of it; empty if none is free now.
  std::optional<int> Take(double now);
  // Seconds until Take may succeed without any answer coming in; empty: only after an answer.
  std::optional<double> Wait(double now) const;

  // Each gives the place back.
  void Answered(int endpoint, double now);  // also an answer that says no
  void Failed(int endpoint, double sent, double now);
  void Pause(int endpoint, double now, double seconds);  // the server asked for it; not a failure

  // All endpoints are down and none of them may be tried yet.
  bool AllDown(double now) const;
  bool down(int endpoint) const { return IsDown(At(endpoint)); }

 private:
  struct Endpoint {
    int in_flight = 0;
    int failures = 0;       // in a row
    bool shut = false;      // by a pause longer than `patience`, until it answers after it
    double failed = -1;     // the latest of them
    double not_before = 0;  // down or paused until then
    double tokens = 0;      // of the rate, at `filled`
    double filled = 0;
  };
  Endpoint& At(int endpoint) { return endpoints_[static_cast<size_t>(endpoint)]; }
  const Endpoint& At(int endpoint) const { return endpoints_[static_cast<size_t>(endpoint)]; }
  static bool IsDown(const Endpoint& endpoint) {
    return endpoint.shut || endpoint.failures >= kFailuresToGoDown;
  }
  double Tokens(const Endpoint& endpoint, double now) const;
  bool HasPlace(const Endpoint& endpoint) const;

  const EndpointLimits limits_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace lerl
