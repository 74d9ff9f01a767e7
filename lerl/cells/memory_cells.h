#pragma once
// MemoryCells: a ledger of cells for the threads of one process, gone with it. It is the plainest
// form of the rules in cells/cell_ledger.h, to which those in databases are held.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lerl/cells/cell_ledger.h"

namespace lerl {

// The calendar in microseconds since 1970, by which claims run out.
int64_t CalendarUs();

class MemoryCells : public CellLedger {
 public:
  explicit MemoryCells(std::function<int64_t()> now_us = CalendarUs) : now_us_(std::move(now_us)) {}

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

 private:
  enum class State : uint8_t { kWaiting, kRunning, kDone, kFailed };
  struct Entry {
    Cell cell{};
    State state = State::kWaiting;
    std::string worker{}, kind{}, error{};
    int64_t claims = 0, tries = 0, progress = 0, late = 0;
    int64_t until_us = 0;  // the end of the claim, or of the time that the cell is left alone
  };
  struct Record {
    Study study{};
    std::vector<Entry> entries{};  // in their order
  };

  Record* FindRecord(const std::string& study);
  Entry* FindEntry(Record& record, const std::string& name) const;
  // The entry that the claim holds, with what it belongs to; nothing where it was taken away.
  Entry* Held(const CellClaim& claim, Record*& record);
  void EndTry(Record& record, Entry& entry, const std::string& kind, const std::string& error);

  const std::function<int64_t()> now_us_;
  std::mutex mutex_;
  std::map<std::string, Record> records_;
};

}  // namespace lerl
