#pragma once
// SqlCells: a ledger of cells in a database. What it says is the same for SQLite and PostgreSQL;
// the database itself says how a change comes about.
//
// Claims run out by the clock of the server in PostgreSQL, and by that of the machine in SQLite.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lerl/cells/cell_ledger.h"
#include "lerl/events/sql.h"

namespace lerl {

// The time in microseconds since 1970; null: the database's own, as above.
using NowUs = std::function<int64_t()>;

class SqlCells : public CellLedger {
 public:
  void Put(const Study& study, std::span<const Cell> cells) override;
  std::vector<Study> Studies() override;
  std::optional<CellClaim> Take(const std::string& study, const std::string& worker) override;
  bool Beat(const CellClaim& claim, int64_t progress) override;
  bool Finish(const CellClaim& claim) override;
  void Fail(const CellClaim& claim, const std::string& kind, const std::string& error) override;
  void GiveBack(const CellClaim& claim, int64_t delay_ms) override;
  void Free(const std::string& study, const std::string& worker, const std::string& error) override;
  StudyCounts Counts(const std::string& study) override;
  std::vector<FailedCell> Failed(const std::string& study) override;

 protected:
  explicit SqlCells(NowUs now_us) : now_us_(std::move(now_us)) {}

  using Change = std::function<void(Sql&)>;
  // Runs a change in a transaction, perhaps several times, and begins anew each time. It is on the
  // disk when the call returns. One at a time.
  virtual void Write(const Change& change) = 0;

 private:
  int64_t Now(Sql& sql) const;

  const NowUs now_us_;
};

// Makes the tables of a ledger where there are none. To be called in a transaction that holds the
// database against others who do the same. Throws Error(kData) where they are of a newer version of
// the program; `ledger` names the database.
void MakeCellTables(Sql& sql, const std::string& ledger);

}  // namespace lerl
