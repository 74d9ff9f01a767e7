#pragma once
// Settings of `lerl serve`, one section each. They are read from a TOML file of their own
// (--service), since they say nothing of how a policy was trained.

#include "lerl/base/config.h"
#include "lerl/events/store_config.h"
#include "lerl/http/access.h"
#include "lerl/http/server_config.h"
#include "lerl/serve/recommender.h"

namespace lerl {

struct ServiceConfig {
  ServerConfig http;
  AccessConfig access;
  StoreConfig store;
  RecommenderConfig recommend;
  double drain_seconds = 10;
  int64_t memory_ceiling_mb = 0;

  void VisitFields(FieldVisitor& visit) {
    visit.Section("http", http);
    visit.Section("access", access);
    visit.Section("store", store);
    visit.Section("recommend", recommend);
    visit("drain_seconds", drain_seconds,
          "that requests under way have to end when the service is told to stop", Range{0, 3600});
    visit("memory_ceiling_mb", memory_ceiling_mb,
          "megabytes of resident memory that the service stays below (serve/memory_ceiling.h); 0: "
          "no ceiling",
          Range{0, 1e7});
  }
};

}  // namespace lerl
