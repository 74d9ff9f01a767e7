#include "lerl/serve/memory_ceiling.h"

#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "lerl/base/error.h"

namespace lerl {
namespace {

constexpr std::chrono::milliseconds kUntilNextTry{500};  // after one that did not suffice
constexpr int kLargeBlock = 1 << 20;                     // bytes

}  // namespace

MemoryCeiling::MemoryCeiling(int64_t ceiling_mb, std::function<void()> give_back, Metrics& metrics,
                             std::function<double()> resident_mb)
    : limit_mb_((1 - kReserve) * static_cast<double>(ceiling_mb)),
      give_back_(std::move(give_back)),
      resident_mb_(std::move(resident_mb)),
      given_back_(metrics.AddCounter("lerl_memory_given_back_total",
                                     "times that memory was given back below the ceiling")),
      is_full_(metrics.AddGauge("lerl_memory_full", "1 while new sessions are refused")) {
  metrics.AddGauge("lerl_memory_ceiling_bytes", "the ceiling of resident memory; 0: none")
      .Set(static_cast<double>(ceiling_mb) * 1e6);
  if (ceiling_mb == 0) return;
  // What is free at the end of a thread's own heap goes back as it is freed, or not at all.
  ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  ::mallopt(M_TRIM_THRESHOLD, kLargeBlock);
}

void MemoryCeiling::RequireRoom() const {
  if (limit_mb_ == 0) return;
  ::malloc_trim(0);  // of what was needed to load
  const double resident = resident_mb_();
  if (resident < limit_mb_) return;
  const auto least = static_cast<int64_t>(std::ceil(1.25 * resident));
  throw Error(ErrorKind::kConfig, "memory_ceiling_mb: policies and data take " +
                                      std::to_string(static_cast<int64_t>(resident)) +
                                      " MB before anybody is served; " + "set it to " +
                                      std::to_string(least) + " or more, or to 0");
}

void MemoryCeiling::Check() {
  if (limit_mb_ == 0) return;
  bool full = resident_mb_() > limit_mb_;
  const auto now = std::chrono::steady_clock::now();
  if (full && now >= next_) {
    give_back_();
    ::malloc_trim(0);
    given_back_.Add();
    full = resident_mb_() > limit_mb_;
    if (full) next_ = now + kUntilNextTry;
  }
  full_ = full;
  is_full_.Set(full ? 1 : 0);
}

int64_t MemoryCeiling::HeldBytes(int64_t ceiling_mb, int64_t max_held_bytes) {
  return ceiling_mb == 0 ? max_held_bytes : std::min(max_held_bytes, ceiling_mb * 1'000'000 / 8);
}

}  // namespace lerl
