#pragma once
// What the API shows of things, as JSON (openapi.json has the schemas).

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/serve/api/live_statistics.h"
#include "lerl/serve/catalog.h"
#include "lerl/serve/recommender.h"

namespace lerl {

nlohmann::json ItemJson(const Catalog& catalog, int32_t item);
// With where the item comes from, and whether it may be shown.
nlohmann::json CatalogItemJson(const Catalog& catalog, int32_t item);
// With titles and categories of what the catalog knows.
nlohmann::json SlateJson(const Catalog& catalog, const SlateRecord& slate);
nlohmann::json FeedbackJson(const FeedbackRecord& record);
// Of a shadow in the place of `shown`.
nlohmann::json ShadowJson(const Catalog& catalog, const ShadowRecord& shadow,
                          const std::vector<std::string>& shown);
nlohmann::json SessionJson(const SessionRecord& session);
// With its slates, feedback and shadows.
nlohmann::json StoredSessionJson(const Catalog& catalog, const StoredSession& stored);
nlohmann::json PolicyJson(const PolicyInfo& policy);
nlohmann::json SizeJson(const StoreSize& size);
// The served policies in their order, then others that sessions name. Differences are from the
// first one. Without the store's size.
nlohmann::json StatisticsJson(const LiveStatistics& statistics,
                              const std::vector<PolicyInfo>& served, int64_t now_us);

}  // namespace lerl
