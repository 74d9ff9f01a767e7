#pragma once
// CellLedger: the ledger of cells, by which any number of workers share the runs of a study.
//
// A study is a command that is many runs, such as a comparison. A cell is one of these runs. The
// ledger holds how far each cell is; what a cell makes lies in the files of its run, never here:
//
//   waiting --Take--> running --Finish--> done
//      ^                 |----Fail, or no sign of life----> waiting, or failed after `tries` tries
//      |----GiveBack-----|
//
// A worker takes a cell by a claim, which holds for `lease_ms` from its last sign of life (Beat). A
// cell whose claim has run out is taken again, by a claim of a higher number. A worker learns
// from Beat that its claim was taken away, and stops. Files are written whole and follow from the
// cell alone, so that a worker who was slower to notice writes the same bytes; such ends are
// counted (StudyCounts::late).
//
// Implementations: MemoryCells (cells/memory_cells.h), SqliteCells and PostgresCells
// (sql_cells/sql_cells.h). All calls may come from several threads. Errors are those of the
// database: Error(kBusy), Error(kIo), Error(kData).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lerl {

struct Study {
  std::string id{};          // such as "compare:/data/runs/agents"
  std::string what{};        // JSON from which a worker makes the study's work (cells/worker.h)
  std::string commit{};      // of the program that made the study; its workers have the same
  int64_t lease_ms = 60000;  // above 0
  int64_t tries = 3;         // at least 1

  bool operator==(const Study&) const = default;
};

struct Cell {
  std::string name{};   // unique in its study
  std::string after{};  // a cell without `after` that must be done before; "": none
  int64_t work = 1;     // its share of a progress bar, such as iterations
  bool done = false;    // what it makes is there already

  bool operator==(const Cell&) const = default;
};

struct CellClaim {
  std::string study{}, cell{}, worker{};
  int64_t number = 0;  // of the claims of this cell, from 1
};

struct StudyCounts {
  int64_t waiting = 0, running = 0, done = 0, failed = 0;  // cells
  int64_t work = 0, progress = 0;                          // of all cells
  int64_t claims = 0;                                      // that were ever made of them
  int64_t late = 0;                                        // ends of claims that were taken away

  int64_t open() const { return waiting + running; }
  int64_t cells() const { return open() + done + failed; }
};

struct FailedCell {
  std::string name{};
  int64_t tries = 0;
  std::string kind{};   // Name of the ErrorKind; "" where it was no Error
  std::string error{};  // of the last try, one line
};

class CellLedger {
 public:
  virtual ~CellLedger() = default;

  // Makes a study with these cells, in the order in which they are to be taken, or brings it up to
  // date: cells that are new wait, those that are not named are gone, and of the others those that
  // are `done` are done; those that run go on; all else waits, with its tries counted anew.
  virtual void Put(const Study& study, std::span<const Cell> cells) = 0;
  virtual std::vector<Study> Studies() = 0;  // by id

  // Claims the first cell that waits and may begin; nothing where there is none. Cells whose claims
  // have run out wait, or have failed, from here on.
  virtual std::optional<CellClaim> Take(const std::string& study, const std::string& worker) = 0;
  // Says that the worker lives, and how much of the cell's `work` it has done. False: the claim was
  // taken away.
  virtual bool Beat(const CellClaim& claim, int64_t progress) = 0;
  // The cell is done. False, and one more of `late`, where another claim had been made of it.
  virtual bool Finish(const CellClaim& claim) = 0;
  // The try has failed. Nothing happens where the claim was taken away. Cells that wait for one
  // that has failed for good fail too.
  virtual void Fail(const CellClaim& claim, const std::string& kind, const std::string& error) = 0;
  // The cell waits again, for at least `delay_ms`; the try does not count.
  virtual void GiveBack(const CellClaim& claim, int64_t delay_ms = 0) = 0;
  // Frees at once what a worker holds who is known to have died: the try has failed.
  virtual void Free(const std::string& study, const std::string& worker,
                    const std::string& error) = 0;

  // Cells whose claims have run out count as waiting.
  virtual StudyCounts Counts(const std::string& study) = 0;
  virtual std::vector<FailedCell> Failed(const std::string& study) = 0;  // in their order
};

// What is said of a cell whose worker no longer answered, and of one that needs a failed cell.
std::string NoSignOfLife(const std::string& worker);
bool SaysNoSignOfLife(const std::string& error);
std::string NeedsFailed(const std::string& cell);

// Throws the first failure of a study as an Error of its kind, which names study, cell, tries and
// how many others have failed. A failure that was no Error is thrown as a std::runtime_error.
void ThrowFailed(CellLedger& ledger, const std::string& study);

}  // namespace lerl
