#include "lerl/events/make_event_store.h"

#include "lerl/events/postgres_store.h"
#include "lerl/events/sqlite_store.h"
#include "lerl/events/store_url.h"

namespace lerl {

std::unique_ptr<EventStore> MakeEventStore(const StoreConfig& config) {
  const StoreUrl url = FindStore(config);
  if (url.postgres) return std::make_unique<PostgresStore>(url.place, config);
  return std::make_unique<SqliteStore>(url.place, config);
}

}  // namespace lerl
