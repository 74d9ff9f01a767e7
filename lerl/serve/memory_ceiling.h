#pragma once
// MemoryCeiling: keeps a service below a bound on its resident memory. What grows with use are the
// copies of sessions, which the store has anyway. From kReserve below the ceiling on they are let
// go, and what is free goes back to the system; where that does not suffice, the service is full:
// it takes no new sessions, and serves those that run. A megabyte has 10^6 bytes.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "lerl/base/memory.h"
#include "lerl/http/metrics.h"

namespace lerl {

class MemoryCeiling {
 public:
  // `give_back` lets go what can be read anew. A ceiling of 0 is none.
  MemoryCeiling(int64_t ceiling_mb, std::function<void()> give_back, Metrics& metrics,
                std::function<double()> resident_mb = ResidentMb);

  // For the moment when all is loaded. Throws Error(kConfig) where so much is resident already that
  // there is no room below the ceiling to serve in.
  void RequireRoom() const;
  // Looks how much there is, and gives back. To be called by one thread, some times a second.
  void Check();
  // Whether new sessions are to be refused. For any thread.
  bool full() const { return full_; }

  // What the bodies of all requests under way may hold together: an eighth of the ceiling at most.
  static int64_t HeldBytes(int64_t ceiling_mb, int64_t max_held_bytes);

  static constexpr double kReserve = 0.1;  // of the ceiling

 private:
  const double limit_mb_;
  const std::function<void()> give_back_;
  const std::function<double()> resident_mb_;
  Counter& given_back_;
  Gauge& is_full_;
  std::atomic<bool> full_ = false;
  std::chrono::steady_clock::time_point next_{};  // before that nothing is given back again
};

}  // namespace lerl
