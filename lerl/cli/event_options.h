#pragma once
// The options that commands on a service's store share: --store, --from and --to.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "lerl/base/error.h"
#include "lerl/events/make_event_store.h"
#include "lerl/events/store_url.h"
#include "lerl/serve/time_format.h"

namespace lerl {

inline constexpr const char* kUsualStore = "sqlite:runs/events.sqlite";

struct StoreOption {
  std::string url;

  void AddTo(CLI::App& command) {
    command.add_option("--store", url,
                       std::string("the service's store: a file, or postgresql://... (default: "
                                   "LERL_STORE_URL, else ") +
                           kUsualStore + ")");
  }
  // The settings of a store, with what was given laid over them.
  StoreConfig Over(StoreConfig config) const {
    if (!url.empty()) config.url = url;
    if (config.url.empty() && std::getenv("LERL_STORE_URL") == nullptr) config.url = kUsualStore;
    return config;
  }
  // The store, which must be there unless it may be `made`.
  std::unique_ptr<EventStore> Open(bool made = false) const {
    const StoreConfig config = Over({});
    const StoreUrl store = FindStore(config);
    if (!made && !store.postgres && !std::filesystem::exists(store.place))
      throw Error(ErrorKind::kData,
                  store.place + ": there is no store; name the service's by --store");
    return MakeEventStore(config);
  }
};

// Sessions that began in [from, to).
struct TimeOptions {
  std::string from, to;

  void AddTo(CLI::App& command) {
    command.add_option("--from", from,
                       "only sessions that began then or later: 2026-03-01T00:00:00Z");
    command.add_option("--to", to, "only sessions that began before");
  }
  int64_t FromUs() const { return from.empty() ? 0 : Us("--from", from); }
  int64_t ToUs() const { return to.empty() ? INT64_MAX : Us("--to", to); }

 private:
  static int64_t Us(const std::string& option, const std::string& text) {
    if (const auto us = ParseTime(text)) return *us;
    throw Error(ErrorKind::kUsage, option + " " + text + ": no time such as 2026-03-01T00:00:00Z");
  }
};

}  // namespace lerl
