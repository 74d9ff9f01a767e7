#include "lerl/cells/memory_cells.h"

#include <algorithm>
#include <chrono>

namespace lerl {

int64_t CalendarUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

MemoryCells::Record* MemoryCells::FindRecord(const std::string& study) {
  const auto found = records_.find(study);
  return found == records_.end() ? nullptr : &found->second;
}

MemoryCells::Entry* MemoryCells::FindEntry(Record& record, const std::string& name) const {
  const auto found =
      std::ranges::find(record.entries, name, [](const Entry& entry) { return entry.cell.name; });
  return found == record.entries.end() ? nullptr : &*found;
}

MemoryCells::Entry* MemoryCells::Held(const CellClaim& claim, Record*& record) {
  record = FindRecord(claim.study);
  Entry* entry = record == nullptr ? nullptr : FindEntry(*record, claim.cell);
  const bool held = entry != nullptr && entry->state == State::kRunning &&
                    entry->claims == claim.number && entry->worker == claim.worker;
  return held ? entry : nullptr;
}

void MemoryCells::EndTry(Record& record, Entry& entry, const std::string& kind,
                         const std::string& error) {
  entry.state = entry.tries >= record.study.tries ? State::kFailed : State::kWaiting;
  entry.until_us = 0;
  entry.kind = kind;
  entry.error = error;
  if (entry.state != State::kFailed) return;
  for (Entry& other : record.entries) {
    if (other.state != State::kWaiting || other.cell.after != entry.cell.name) continue;
    other.state = State::kFailed;
    other.kind = kind;
    other.error = NeedsFailed(entry.cell.name);
  }
}

void MemoryCells::Put(const Study& study, std::span<const Cell> cells) {
  const std::lock_guard lock(mutex_);
  Record& record = records_[study.id];
  record.study = study;
  std::vector<Entry> entries;
  for (const Cell& cell : cells) {
    Entry entry;
    if (const Entry* old = FindEntry(record, cell.name)) entry = *old;
    entry.cell = cell;
    if (entry.state != State::kRunning) {
      entry.state = cell.done ? State::kDone : State::kWaiting;
      entry.tries = entry.progress = entry.until_us = 0;
      entry.kind = entry.error = "";
    }
    entries.push_back(std::move(entry));
  }
  record.entries = std::move(entries);
}

std::vector<Study> MemoryCells::Studies() {
  const std::lock_guard lock(mutex_);
  std::vector<Study> studies;
  for (const auto& [id, record] : records_) studies.push_back(record.study);
  return studies;
}

std::optional<CellClaim> MemoryCells::Take(const std::string& study, const std::string& worker) {
  const std::lock_guard lock(mutex_);
  Record* record = FindRecord(study);
  if (record == nullptr) return std::nullopt;
  const int64_t now = now_us_();
  for (Entry& entry : record->entries)
    if (entry.state == State::kRunning && entry.until_us < now)
      EndTry(*record, entry, "", NoSignOfLife(entry.worker));
  for (Entry& entry : record->entries) {
    if (entry.state != State::kWaiting || entry.until_us > now) continue;
    const Entry* before = entry.cell.after.empty() ? nullptr : FindEntry(*record, entry.cell.after);
    if (!entry.cell.after.empty() && (before == nullptr || before->state != State::kDone)) continue;
    entry.state = State::kRunning;
    entry.worker = worker;
    entry.until_us = now + record->study.lease_ms * 1000;
    entry.progress = 0;
    ++entry.tries;
    return CellClaim{study, entry.cell.name, worker, ++entry.claims};
  }
  return std::nullopt;
}

bool MemoryCells::Beat(const CellClaim& claim, int64_t progress) {
  const std::lock_guard lock(mutex_);
  Record* record = nullptr;
  Entry* entry = Held(claim, record);
  if (entry == nullptr) return false;
  entry->until_us = now_us_() + record->study.lease_ms * 1000;
  entry->progress = progress;
  return true;
}

bool MemoryCells::Finish(const CellClaim& claim) {
  const std::lock_guard lock(mutex_);
  Record* record = FindRecord(claim.study);
  Entry* entry = record == nullptr ? nullptr : FindEntry(*record, claim.cell);
  if (entry == nullptr) return false;
  if (entry->claims != claim.number || entry->worker != claim.worker ||
      entry->state == State::kFailed) {
    ++entry->late;
    return false;
  }
  entry->state = State::kDone;
  entry->kind = entry->error = "";
  return true;
}

void MemoryCells::Fail(const CellClaim& claim, const std::string& kind, const std::string& error) {
  const std::lock_guard lock(mutex_);
  Record* record = nullptr;
  if (Entry* entry = Held(claim, record)) EndTry(*record, *entry, kind, error);
}

void MemoryCells::GiveBack(const CellClaim& claim, int64_t delay_ms) {
  const std::lock_guard lock(mutex_);
  Record* record = nullptr;
  Entry* entry = Held(claim, record);
  if (entry == nullptr) return;
  entry->state = State::kWaiting;
  entry->until_us = delay_ms > 0 ? now_us_() + delay_ms * 1000 : 0;
  --entry->tries;
}

void MemoryCells::Free(const std::string& study, const std::string& worker,
                       const std::string& error) {
  const std::lock_guard lock(mutex_);
  Record* record = FindRecord(study);
  if (record == nullptr) return;
  for (Entry& entry : record->entries)
    if (entry.state == State::kRunning && entry.worker == worker) EndTry(*record, entry, "", error);
}

StudyCounts MemoryCells::Counts(const std::string& study) {
  const std::lock_guard lock(mutex_);
  StudyCounts counts;
  const Record* record = FindRecord(study);
  if (record == nullptr) return counts;
  const int64_t now = now_us_();
  for (const Entry& entry : record->entries) {
    const bool silent = entry.state == State::kRunning && entry.until_us < now;
    counts.waiting += entry.state == State::kWaiting || silent;
    counts.running += entry.state == State::kRunning && !silent;
    counts.done += entry.state == State::kDone;
    counts.failed += entry.state == State::kFailed;
    counts.work += entry.cell.work;
    if (entry.state == State::kDone) counts.progress += entry.cell.work;
    if (entry.state == State::kRunning) counts.progress += entry.progress;
    counts.claims += entry.claims;
    counts.late += entry.late;
  }
  return counts;
}

std::vector<FailedCell> MemoryCells::Failed(const std::string& study) {
  const std::lock_guard lock(mutex_);
  std::vector<FailedCell> failed;
  if (const Record* record = FindRecord(study))
    for (const Entry& entry : record->entries)
      if (entry.state == State::kFailed)
        failed.push_back({entry.cell.name, entry.tries, entry.kind, entry.error});
  return failed;
}

}  // namespace lerl
