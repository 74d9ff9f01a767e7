#pragma once
// The log of a service, in lines of JSON: one for each request, which names the route and not the
// path, so that neither queries nor ids of people stand in it, and one for each message.

#include <cstdint>
#include <string>
#include <string_view>

namespace lerl {

struct LogEntry {
  std::string request_id = {}, method = {}, route = {}, remote = {};
  int status = 0;     // 0: it was cut before there was an answer
  int64_t bytes = 0;  // sent, headers included
  double seconds = 0;
  bool cut = false;  // the client did not get all of it
};

// {"bytes":12,"cut":false,"method":"GET","remote":"127.0.0.1","request_id":"...","route":"item",
// "seconds":0.0012,"status":200,"time":"2026-11-28T16:32:09Z"}, in one line. Control characters are
// escaped.
std::string LogLine(const LogEntry& entry, const std::string& time);

// {"level":"warning","message":"...","time":"2026-11-28T16:32:09Z"}, of what base/log.h is told.
std::string MessageLine(std::string_view level, const std::string& message,
                        const std::string& time);

}  // namespace lerl
