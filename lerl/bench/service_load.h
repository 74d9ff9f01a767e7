#pragma once
// Load on a service by wrk (https://github.com/wg/wrk) and service_load.lua: connections on each of
// which one session after another runs.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"

namespace lerl {

struct ServiceLoad {
  std::string url = {};
  std::string word = {};  // that the event ids of no other load on the store begin with
  int connections = 64;   // each has a thread in wrk
  double rate = 0;        // slates and feedback a second, of all connections; 0: as fast as they go
  double seconds = 2;
  int64_t slates = 20;  // of a session
  int64_t users = 943;  // whose ids are 1, 2 ...
};

struct LoadResult {
  int64_t answered = 0;                    // slates and feedback
  double seconds = 0;                      // from the first request to the last answer
  std::vector<int64_t> acknowledged = {};  // [connections] events WORD-c-1 .. WORD-c-n, c from 1
  std::map<int, int64_t> taken = {};  // slates and feedback by time: b ends at 1.02^b microseconds

  double rate() const { return static_cast<double>(answered) / seconds; }
  // Milliseconds that a share of slates and feedback took at most, within 2%.
  double Milliseconds(double share) const;
};

// Throws Error(kUsage) where there is no wrk, and Error(kIo) where it fails, a connection is cut or
// an answer has another status than 2xx.
LoadResult RunLoad(const ServiceLoad& load);
// What wrk printed, as RunLoad reads it.
LoadResult ResultOf(const std::string& printed);

// Checks that each event that was acknowledged, by the word of its load, is in the store once, and
// no event that was not sent: of a connection, one may be there whose answer nobody waited for.
// Throws CheckFailure. Returns how many were acknowledged.
int64_t CheckStored(EventStore& store, const std::map<std::string, std::vector<int64_t>>& loads);

}  // namespace lerl
