#include "lerl/http/access_log.h"

#include <nlohmann/json.hpp>

#include "lerl/base/printable.h"
#include "lerl/http/message.h"

namespace lerl {

std::string LogLine(const LogEntry& entry, const std::string& time) {
  const double rounded = static_cast<double>(static_cast<int64_t>(entry.seconds * 1e6)) / 1e6;
  return JsonBody({{"time", time},
                   {"request_id", Printable(entry.request_id)},
                   {"method", Printable(entry.method, 20)},
                   {"route", Printable(entry.route)},
                   {"status", entry.status},
                   {"bytes", entry.bytes},
                   {"seconds", rounded},
                   {"remote", Printable(entry.remote)},
                   {"cut", entry.cut}});
}

std::string MessageLine(std::string_view level, const std::string& message,
                        const std::string& time) {
  return JsonBody({{"time", time}, {"level", level}, {"message", message}});
}

}  // namespace lerl
