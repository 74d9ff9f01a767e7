#pragma once
// Chooses which of several servers of one model gets the next request. Times are seconds of any one
// clock, given by the caller.
//
// Who may get it: a server that is open and up (or is tried, see below), has a free place, is
// within its rate, and whose context holds the request. Where no context does, the longest ones
// count as holding it, since the length in tokens is a guess and the server has the last word.
//
// Routing. Among those, with
//   hit_e     share of the prompt's blocks that e was sent before (llm/endpoint/prefix_cache.h)
//   queue_e   requests in flight at e
//   best      the largest hit, then the shortest queue, then the first server
//   shortest  the shortest queue, then the first server
// the request goes to
//   best      if hit_best > kLeastHit, unless its queue is much longer:
//               queue_best > queue_shortest + imbalance
//               and queue_best > kMuchLonger * queue_shortest
//   shortest  otherwise
// This is the cache-aware policy of SGLang's router (sgl-model-gateway, policies/cache_aware.rs;
// Zheng et al. 2023, arXiv 2312.07104). Differences: the queue of `best` is compared where theirs
// compares the longest one of all, so that a third server does not send a request away from its
// prefix; blocks in place of a radix tree of characters; and `imbalance` is a few requests, not 64,
// since a client of ours has a few in flight at each server.
//   All servers are compared, not two drawn at random ("power of two choices", Mitzenmacher 2001,
// IEEE TPDS 12(10)): that is for queue lengths which are out of date, or cost a question each.
// Here they are the client's own, so they are exact, but blind to what other clients ask.
//
// Failures. A server goes down (is ejected) after kFailuresToGoDown failures in a row, where
// requests that failed together count once. After the n-th cool-down in a row, of
//   min(max(cool_down, kLongestCoolDown), cool_down * 2^(n-1))   seconds
// it is tried: with `probes` pages of it are asked for first (llm/endpoint/endpoint_probes.h),
// which must be answered; then one request tries it. Its answer brings the server back, and any
// failure on the way begins the next cool-down.
//
// Pauses. A server that asks for a pause is left alone for that long. A pause longer than
// `patience` puts it down, whatever becomes of its other requests. It is then tried again when the
// pause is over, or after kLongestPause if that is sooner.
//
// Rate. Each server has a bucket of tokens, of which a request takes one:
//   tokens = min(max(1, rate), tokens + rate * seconds passed)
// where rate is requests_per_second. A bucket holds the requests of one second, and at least one.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "lerl/llm/endpoint/prefix_cache.h"
#include "lerl/llm/endpoint/server_facts.h"

namespace lerl {

inline constexpr int kFailuresToGoDown = 3;
inline constexpr double kLongestPause = 600;    // seconds that a server that is down may pause
inline constexpr double kLongestCoolDown = 30;  // seconds, unless `cool_down` itself is longer
inline constexpr double kLeastHit = 0.5;
inline constexpr double kMuchLonger = 1.5;

struct EndpointLimits {
  int concurrency = 1;
  double cool_down = 0;                                       // seconds
  double requests_per_second = 0;                             // 0: no limit
  double patience = std::numeric_limits<double>::infinity();  // seconds
  int imbalance = 4;                                          // requests
  bool probes = false;  // pages are asked for: of each server once, and before one is tried
};

// What the choice of a server for a request depends on.
struct RouteOf {
  std::span<const uint64_t> blocks = {};  // of its prompt
  int64_t tokens = 0;                     // of prompt and answer, a guess
  std::span<const int> too_small = {};    // servers that said that it is too long for them
  int failed_at = -1;                     // a server that is taken only where no other can be
};

class EndpointPool {
 public:
  // What has become of the requests to one server.
  struct Figures {
    int64_t requests = 0, answers = 0, failures = 0;
    int64_t ejections = 0, returns = 0;
    int64_t blocks = 0, blocks_known = 0;  // of prompts, and those that it was sent before
  };

  EndpointPool(int endpoints, EndpointLimits limits);

  // Returns an endpoint for a request, which then occupies one of its places. Returns nothing if no
  // endpoint has one now.
  std::optional<int> Take(double now, const RouteOf& route = {});
  // Returns the seconds until Take may succeed even if no answer comes in, and nothing if it can
  // succeed only after an answer.
  std::optional<double> Wait(double now, const RouteOf& route = {}) const;

  // Each of these gives the place of a request back. An answer that refuses the request is an
  // answer, too. A pause that the server asked for is not a failure. What is given back unsent was
  // never a request.
  void Answered(int endpoint, double now);
  void Failed(int endpoint, double sent, double now);
  void Pause(int endpoint, double now, double seconds);
  void GiveBack(int endpoint);

  // Probes, with limits.probes. There are no requests before the first one of every server has
  // ended, so that the first requests are routed like the later ones.
  // Returns whether a probe should begin now: the first one, one before a server that is down is
  // tried, or one after a cool-down of a server that has told nothing yet because it was silent.
  bool ProbeDue(int endpoint, double now) const;
  void ProbeBegan(int endpoint);
  void ProbeAnswered(int endpoint, const ServerFacts& facts);
  void ProbeFailed(int endpoint, double now);
  void ProbeCancelled(int endpoint);

  // The context that a server named when it refused a request; 0: none.
  void LearnContext(int endpoint, int64_t context);
  // Closes a server for good, as one whose budget is used up.
  void Close(int endpoint) { At(endpoint).closed = true; }

  // Whether no server may ever take such a request: all are closed, or said that it is too long.
  bool FitsNowhere(const RouteOf& route) const;
  // The longest context of an open server; 0 where one of them is not known, or none is open.
  int64_t LongestContext() const;
  // Whether all endpoints that may take such a request are down and none may be tried yet.
  bool AllDown(double now, const RouteOf& route = {}) const;
  bool down(int endpoint) const { return IsDown(At(endpoint)); }
  bool AllClosed() const;
  const Figures& figures(int endpoint) const { return At(endpoint).figures; }
  const ServerFacts& facts(int endpoint) const { return At(endpoint).facts; }

 private:
  struct Endpoint {
    int in_flight = 0;
    int failures = 0;       // in a row
    int cool_downs = 0;     // since it went down
    bool shut = false;      // down by a pause longer than `patience`, until an answer after it
    bool closed = false;    // for good
    double failed = -1;     // when the latest failure counted
    double not_before = 0;  // down or paused until then
    double tokens = 0;      // in the bucket at the time `filled`
    double filled = 0;
    bool ready = true;      // whether its first probe has ended
    bool probing = false;   // a probe is under way
    bool told = true;       // whether a probe was ever answered
    bool alive = false;     // down, and a probe was answered since: a request may try it
    double next_probe = 0;  // of one that has not told anything
    ServerFacts facts;
    PrefixCache cache{kUnknownCapacity};
    Figures figures;
  };
  static constexpr int64_t kUnknownCapacity = 1 << 16;  // blocks, a million tokens

  Endpoint& At(int endpoint) { return endpoints_[static_cast<size_t>(endpoint)]; }
  const Endpoint& At(int endpoint) const { return endpoints_[static_cast<size_t>(endpoint)]; }
  int count() const { return static_cast<int>(endpoints_.size()); }
  static bool IsDown(const Endpoint& endpoint) {
    return endpoint.shut || endpoint.failures >= kFailuresToGoDown;
  }
  double Tokens(const Endpoint& endpoint, double now) const;
  bool HasPlace(const Endpoint& endpoint) const;
  bool Ready() const;
  bool MayTake(const Endpoint& endpoint, double now) const;
  std::vector<int> Fitting(const RouteOf& route) const;
  int Choose(std::span<const int> candidates, std::span<const uint64_t> blocks) const;
  void CoolDown(Endpoint& endpoint, double now) const;

  const EndpointLimits limits_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace lerl
