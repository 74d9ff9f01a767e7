#pragma once
// RateLimit: a token bucket per client address.
//
//   bucket = min(burst, bucket + rate * seconds since the last request); a request takes 1
//
// An IPv6 client is known by the first 64 bits of its address, of which it has all the rest. Full
// buckets are forgotten, so memory follows the clients of the last burst / rate seconds. Beyond
// kMostClients of them, new ones share a bucket.

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace lerl {

class RateLimit {
 public:
  static constexpr int64_t kMostClients = 1 << 16;

  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}

  // Takes one from the client's bucket at `now` (seconds of a clock that does not go back) and
  // returns 0, or leaves it and returns the seconds until there is one. Rate 0: always 0.
  double Take(const std::string& address, double now);
  int64_t clients() const;

 private:
  struct Bucket {
    double left = 0, time = 0;
  };
  void Forget(double now);
  bool clients_full() const { return std::ssize(buckets_) >= kMostClients; }

  const double rate_, burst_;
  mutable std::mutex mutex_;
  double forgotten_ = 0;  // when full buckets were last forgotten
  std::unordered_map<std::string, Bucket> buckets_;
};

// What stands for an address in the table: an IPv4 address, or four groups of an IPv6 address.
std::string ClientOf(const std::string& address);

}  // namespace lerl
