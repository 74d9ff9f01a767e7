#pragma once
// The routes of the API: JSON in, a call of the recommender, JSON out. openapi.json describes them,
// and a test holds the two together.

#include <functional>

#include "lerl/http/metrics.h"
#include "lerl/http/router.h"
#include "lerl/serve/api/live_feed.h"
#include "lerl/serve/recommender.h"

namespace lerl {

// What the routes work with. All of it outlives the router.
struct ApiParts {
  Recommender& recommender;
  Metrics& metrics;
  LiveFeed& feed;
  std::function<bool()> draining = [] { return false; };
  std::function<bool()> full = [] { return false; };  // of memory: no new sessions
};

// Adds all routes under /v1, /healthz, /readyz, /metrics and /openapi.json.
void AddApiRoutes(Router& router, const ApiParts& parts);

}  // namespace lerl
