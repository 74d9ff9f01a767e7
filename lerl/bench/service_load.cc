#include "lerl/bench/service_load.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/bench/generated_data.h"
#include "lerl/bench/service_load_file.h"

namespace lerl {
namespace {

constexpr double kBucket = 1.02;  // a bucket's end over that of the one before

void RequireWrk() {
  if (ExitStatus({"sh", "-c", "command -v wrk > /dev/null"}) != 0)
    throw Error(ErrorKind::kUsage,
                "wrk: there is no such program, and it makes the load of this benchmark; install "
                "Debian's package wrk");
}

// The place of an event of a load: connection and number, from 1 each.
struct EventPlace {
  std::string word;
  int64_t connection = 0, number = 0;
};

EventPlace PlaceOf(const std::string& event) {
  const size_t last = event.rfind('-'), middle = event.rfind('-', last - 1);
  LERL_CHECK(last != std::string::npos && middle != std::string::npos);
  return {event.substr(0, middle), std::stoll(event.substr(middle + 1)),
          std::stoll(event.substr(last + 1))};
}

}  // namespace

double LoadResult::Milliseconds(double share) const {
  int64_t all = 0, below = 0;
  for (const auto& [bucket, count] : taken) all += count;
  LERL_CHECK_GT(all, 0);
  for (const auto& [bucket, count] : taken) {
    below += count;
    if (static_cast<double>(below) >= share * static_cast<double>(all))
      return std::pow(kBucket, bucket) / 1000;
  }
  return std::numeric_limits<double>::infinity();
}

LoadResult ResultOf(const std::string& printed) {
  const size_t begin = printed.rfind("\n{");
  if (begin == std::string::npos)
    throw Error(ErrorKind::kIo, "wrk printed no result; run it by hand to see why");
  const nlohmann::json json = ParseJson(printed.substr(begin + 1));
  const int64_t failed = json.at("failed"), cut = json.at("cut");
  if (failed + cut > 0)
    throw Error(ErrorKind::kIo, "the service refused " + std::to_string(failed) +
                                    " requests of a load, the first by " +
                                    json.at("first_failure").get<std::string>() + ", and cut " +
                                    std::to_string(cut) + " connections; see its log");
  LoadResult result{.answered = json.at("answered"),
                    .seconds = json.at("seconds"),
                    .acknowledged = json.at("acknowledged")};
  for (const nlohmann::json& entry : json.at("taken")) result.taken[entry.at(0)] = entry.at(1);
  return result;
}

LoadResult RunLoad(const ServiceLoad& load) {
  RequireWrk();
  const TemporaryFolder folder;
  const std::filesystem::path script = folder.path() / "load.lua";
  WriteFileWhole(script, kServiceLoadLua);
  const std::string connections = std::to_string(load.connections);
  return ResultOf(OutputOf(
      "wrk", {"-t", connections, "-c", connections, "-d",
              std::to_string(std::lround(std::ceil(load.seconds))) + "s", "--timeout", "10s", "-s",
              script.string(), load.url, "--", std::to_string(load.rate),
              std::to_string(load.slates), std::to_string(load.users), load.word, connections}));
}

int64_t CheckStored(EventStore& store, const std::map<std::string, std::vector<int64_t>>& loads) {
  std::map<std::string, std::vector<std::vector<uint8_t>>> found;
  int64_t acknowledged = 0;
  for (const auto& [word, connections] : loads) {
    for (const int64_t count : connections) {
      found[word].emplace_back(At(count) + 1);  // and the one under way at the end
      acknowledged += count;
    }
  }
  store.ForEachSession(0, std::numeric_limits<int64_t>::max(), [&](const StoredSession& session) {
    for (const FeedbackRecord& record : session.feedback) {
      const EventPlace place = PlaceOf(record.event);
      const auto load = found.find(place.word);
      LERL_CHECK(load != found.end());
      LERL_CHECK(place.connection >= 1 && place.connection <= std::ssize(load->second));
      std::vector<uint8_t>& events = load->second[At(place.connection) - 1];
      LERL_CHECK(place.number >= 1 && place.number <= std::ssize(events));
      LERL_CHECK_EQ(static_cast<int>(std::exchange(events[At(place.number) - 1], 1)), 0);
      const std::vector<std::string>& shown = session.slates.at(At(record.step)).items;
      LERL_CHECK(std::ranges::find(shown, record.item) != shown.end());
    }
  });
  int64_t stored = 0;
  for (const auto& [word, connections] : loads)
    for (size_t c = 0; c < connections.size(); ++c)
      stored += std::count(found[word][c].begin(), found[word][c].end() - 1, uint8_t{1});
  LERL_CHECK_EQ(stored, acknowledged);
  return acknowledged;
}

}  // namespace lerl
