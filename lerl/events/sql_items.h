#pragma once
// What is done with items inside one transaction of a database (events/sql_records.h says how). A
// change takes the store's one row first, so that items get their numbers one after another and the
// revision rises with each change.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "lerl/events/item_record.h"
#include "lerl/events/sql.h"

namespace lerl {

bool AddItemRows(Sql& sql, std::span<const ItemRecord> items, std::vector<ItemOutcome>& outcomes);
bool SetWithdrawnRow(Sql& sql, const std::string& item, int64_t withdrawn_us);
std::vector<ItemRecord> ItemRows(Sql& sql);
int64_t ItemsRevisionRow(Sql& sql);
void CountShownRows(Sql& sql, const std::map<std::string, int64_t>& shown);

}  // namespace lerl
