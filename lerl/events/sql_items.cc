#include "lerl/events/sql_items.h"

#include <optional>

#include "lerl/events/record_json.h"

namespace lerl {
namespace {

constexpr SqlStatement kNextRevision{
    .name = "next_items_revision",
    .text = "UPDATE lerl_store SET items_revision = items_revision + 1"};
constexpr SqlStatement kItemsRevision{.name = "items_revision",
                                      .text = "SELECT items_revision FROM lerl_store"};
constexpr SqlStatement kNewestNumber{
    .name = "newest_item_number",
    .text = "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM lerl_items"};
#define LERL_ITEM_COLUMNS "id, title, categories, text, added_us, withdrawn_us, shown, number"
constexpr SqlStatement kAddItem{.name = "add_item",
                                .text = "INSERT INTO lerl_items (" LERL_ITEM_COLUMNS
                                        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                                        "ON CONFLICT (id) DO NOTHING RETURNING number"};
constexpr SqlStatement kFindItem{
    .name = "find_item", .text = "SELECT " LERL_ITEM_COLUMNS " FROM lerl_items WHERE id = $1"};
constexpr SqlStatement kItems{
    .name = "items", .text = "SELECT " LERL_ITEM_COLUMNS " FROM lerl_items ORDER BY number"};
constexpr SqlStatement kWithdraw{.name = "withdraw_item",
                                 .text = "UPDATE lerl_items SET withdrawn_us = $1 WHERE id = $2"};
constexpr SqlStatement kDropItem{.name = "drop_item",
                                 .text = "DELETE FROM lerl_items WHERE id = $1"};
constexpr SqlStatement kCountShown{
    .name = "count_shown", .text = "UPDATE lerl_items SET shown = shown + $1 WHERE id = $2"};

ItemRecord ItemOf(const SqlRow& row) {
  return {.id = row.Text(0),
          .title = row.Text(1),
          .categories = TextsOf(row.Text(2)),
          .text = row.Text(3),
          .added_us = row.Count(4),
          .withdrawn_us = row.Count(5),
          .shown = row.Count(6),
          .number = row.Count(7)};
}

std::optional<ItemRecord> FindItemRow(Sql& sql, const std::string& id) {
  const std::vector<SqlRow> rows = sql.Run(kFindItem, {id});
  if (rows.empty()) return std::nullopt;
  return ItemOf(rows[0]);
}

bool IsTheSame(const ItemRecord& a, const ItemRecord& b) {
  return a.title == b.title && a.categories == b.categories && a.text == b.text;
}

ItemOutcome AddItemRow(Sql& sql, const ItemRecord& item, int64_t& newest) {
  const std::vector<SqlRow> added =
      sql.Run(kAddItem, {item.id, item.title, TextOfTexts(item.categories), item.text,
                         item.added_us, item.withdrawn_us, item.shown, newest + 1});
  if (!added.empty()) {
    ++newest;
    return ItemOutcome::kAdded;
  }
  const std::optional<ItemRecord> known = FindItemRow(sql, item.id);
  if (!known || !IsTheSame(*known, item)) return ItemOutcome::kConflict;
  return sql.again() && known->added_us == item.added_us ? ItemOutcome::kAdded
                                                         : ItemOutcome::kRepeated;
}

}  // namespace

bool AddItemRows(Sql& sql, std::span<const ItemRecord> items, std::vector<ItemOutcome>& outcomes) {
  sql.Run(kNextRevision);
  outcomes.clear();
  const int64_t before = sql.Run(kNewestNumber).at(0).Count(0);
  int64_t newest = before;
  bool keep = true;
  for (const ItemRecord& item : items) {
    outcomes.push_back(AddItemRow(sql, item, newest));
    keep = keep && outcomes.back() != ItemOutcome::kConflict;
  }
  return keep && newest != before;
}

bool SetWithdrawnRow(Sql& sql, const std::string& item, int64_t withdrawn_us) {
  sql.Run(kNextRevision);
  const std::optional<ItemRecord> known = FindItemRow(sql, item);
  const int64_t before = known ? known->withdrawn_us : 0;
  if ((before == 0) == (withdrawn_us == 0)) return sql.again() && before == withdrawn_us;
  if (!known) {
    const int64_t newest = sql.Run(kNewestNumber).at(0).Count(0);
    sql.Run(kAddItem,
            {item, "", TextOfTexts({}), "", withdrawn_us, withdrawn_us, int64_t{0}, newest + 1});
  } else if (!known->added()) {
    sql.Run(kDropItem, {item});
  } else {
    sql.Run(kWithdraw, {withdrawn_us, item});
  }
  return true;
}

std::vector<ItemRecord> ItemRows(Sql& sql) {
  std::vector<ItemRecord> items;
  for (const SqlRow& row : sql.Run(kItems)) items.push_back(ItemOf(row));
  return items;
}

int64_t ItemsRevisionRow(Sql& sql) { return sql.Run(kItemsRevision).at(0).Count(0); }

// In the order of ids, so that two of them never wait for each other.
void CountShownRows(Sql& sql, const std::map<std::string, int64_t>& shown) {
  for (const auto& [item, times] : shown) sql.Run(kCountShown, {times, item});
}

}  // namespace lerl
