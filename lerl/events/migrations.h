#pragma once
// Migrations: the numbered steps by which the tables of a store came to be as they are. A store
// says in lerl_store.version how many it has behind it; opening it takes the rest, in one
// transaction. A step that has been released is never changed: what is new is a new step.

#include <span>
#include <string>

#include "lerl/events/sql.h"

namespace lerl {

struct Migration {
  const char* what;
  const char* sqlite;
  const char* postgres;
};

// The steps that lead to version 1, 2 ...
std::span<const Migration> Migrations();
int NewestStoreVersion();

// The version of a store; 0 where there are no tables of ours.
int StoreVersion(Sql& sql);

// Brings a store to the version that the steps lead to. To be called in a transaction that holds
// the store against others who do the same. Throws Error(kData) where the store is newer than that;
// `store` names it.
void Migrate(Sql& sql, const std::string& store, std::span<const Migration> steps = Migrations());

}  // namespace lerl
