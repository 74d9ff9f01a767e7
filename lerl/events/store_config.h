#pragma once
// Settings of a store (events/make_event_store.h).

#include <cstdint>
#include <string>

#include "lerl/base/config.h"

namespace lerl {

struct StoreConfig {
  std::string url;
  int64_t connections = 8;
  int64_t busy_ms = 5000;
  int64_t connect_ms = 5000;
  int64_t statement_ms = 10000;
  bool check = true;

  void VisitFields(FieldVisitor& visit) {
    visit("url", url,
          "where sessions are kept: sqlite:PATH (or a path alone), or postgresql://HOST/DATABASE; "
          "empty: what LERL_STORE_URL says. A password belongs there or into ~/.pgpass");
    visit("connections", connections,
          "connections that are open at most, for reading where the store is SQLite",
          Range{1, 1000});
    visit("busy_ms", busy_ms,
          "milliseconds that a call waits for a connection, and where others hold what it needs",
          Range{0, 3600000});
    visit("connect_ms", connect_ms,
          "milliseconds that a call goes on to reach a server that is gone (PostgreSQL)",
          Range{0, 3600000});
    visit("statement_ms", statement_ms,
          "milliseconds after which a statement is given up; 0: never (PostgreSQL)",
          Range{0, 3600000});
    visit("check", check,
          "whether a store is looked through for damage when it is opened, which takes about a "
          "second for each gigabyte (SQLite)");
  }
};

}  // namespace lerl
