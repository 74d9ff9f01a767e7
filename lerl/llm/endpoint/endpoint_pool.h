#pragma once
// Chooses which of several equal servers gets the next request: among those that have a free place,
// are within their rate and may be tried now, the least busy one. Times are seconds of any one
// clock, given by the caller.
//
// Failures. A server goes down after kFailuresToGoDown failures in a row, where requests that
// failed together count once. After `cool_down` seconds one request may try it again: an answer
// brings it back, and another failure keeps it down for as long again.
//
// Pauses. A server that asks for a pause is left alone for that long. A pause longer than
// `patience` puts it down, whatever becomes of its other requests. It is then tried again when the
// pause is over, or after kLongestPause if that is sooner.
//
// Rate. Each server has a bucket of tokens, of which a request takes one:
//   tokens = min(max(1, rate), tokens + rate * seconds passed)
// where rate is requests_per_second. A bucket holds the requests of one second, and at least one.

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace lerl {

inline constexpr int kFailuresToGoDown = 3;
inline constexpr double kLongestPause = 600;  // seconds that a server that is down may pause

struct EndpointLimits {
  int concurrency = 1;
  double cool_down = 0;                                       // seconds
  double requests_per_second = 0;                             // 0: no limit
  double patience = std::numeric_limits<double>::infinity();  // seconds
};

class EndpointPool {
 public:
  EndpointPool(int endpoints, EndpointLimits limits);

  // Returns an endpoint for a request, which then occupies one of its places. Returns nothing if no
  // endpoint has one now.
  std::optional<int> Take(double now);
  // Returns the seconds until Take may succeed even if no answer comes in, and nothing if it can
  // succeed only after an answer.
  std::optional<double> Wait(double now) const;

  // Each of these gives the place of a request back. An answer that refuses the request is an
  // answer, too. A pause that the server asked for is not a failure.
  void Answered(int endpoint, double now);
  void Failed(int endpoint, double sent, double now);
  void Pause(int endpoint, double now, double seconds);

  // Whether all endpoints are down and none of them may be tried yet.
  bool AllDown(double now) const;
  bool down(int endpoint) const { return IsDown(At(endpoint)); }

 private:
  struct Endpoint {
    int in_flight = 0;
    int failures = 0;       // in a row
    bool shut = false;      // down by a pause longer than `patience`, until an answer after it
    double failed = -1;     // when the latest failure counted
    double not_before = 0;  // down or paused until then
    double tokens = 0;      // in the bucket at the time `filled`
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
