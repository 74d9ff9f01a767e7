#include "lerl/sql_cells/make_cell_ledger.h"

#include "lerl/base/error.h"
#include "lerl/events/store_url.h"
#include "lerl/sql_cells/postgres_cells.h"
#include "lerl/sql_cells/sqlite_cells.h"

namespace lerl {

std::unique_ptr<CellLedger> MakeCellLedger(const std::string& url, const std::string& name) {
  if (url.empty()) throw Error(ErrorKind::kUsage, name + ": names no ledger");
  StoreConfig config;
  config.url = url;
  config.connect_ms = 60000;
  config.busy_ms = 60000;
  config.statement_ms = 120000;  // many cells are put on a ledger by one
  StoreUrl place;
  try {
    place = FindStore(config);
  } catch (const Error& error) {
    std::string text = error.what();
    if (const size_t at = text.find("store.url"); at != std::string::npos)
      text.replace(at, 9, name);
    throw Error(ErrorKind::kUsage, text);
  }
  if (place.postgres) return std::make_unique<PostgresCells>(place.place, config);
  return std::make_unique<SqliteCells>(place.place);
}

}  // namespace lerl
