#pragma once
// The store that a configuration names.

#include <memory>

#include "lerl/events/event_store.h"
#include "lerl/events/store_config.h"

namespace lerl {

// Opens it, and makes it where it is new. Throws as SqliteStore and PostgresStore do, and
// Error(kConfig) where the URL names none.
std::unique_ptr<EventStore> MakeEventStore(const StoreConfig& config);

}  // namespace lerl
