#pragma once
// Sessions and items of a store as files, and back. A file is written whole or not at all, also
// where it is larger than the memory.

#include <cstdint>
#include <filesystem>

#include "lerl/events/event_store.h"

namespace lerl {

// Sessions that began in [from_us, to_us).
struct ExportRange {
  int64_t from_us = INT64_MIN;
  int64_t to_us = INT64_MAX;
};

// Writes lines of JSON (events/record_json.h): all items that were added or withdrawn, whatever the
// range, and then the sessions, in the order in which they began. Returns how many sessions there
// are. Throws Error(kIo).
int64_t ExportSessions(EventStore& store, ExportRange range, const std::filesystem::path& path);

// Writes a table (CSV) with a row for each item shown, and returns how many there are:
//
//   session,user,policy,started_us,step,shown_us,position,item,probability,answered_us,
//   behaviour.NAME...
//
// A behaviour is the newest value that was said of the item at that step, and `answered_us` when
// that was received; both are empty where nothing was said. A behaviour that is named for the first
// time while the table is being written is left out.
int64_t ExportItems(EventStore& store, ExportRange range, const std::filesystem::path& path);

struct ImportCounts {
  int64_t sessions = 0;  // in the file
  int64_t brought = 0;   // that were new or brought something new
  int64_t items = 0;     // in the file
};

// Takes in the sessions and items of such a file of JSON lines, some hundred at a time, each of
// these all or none; importing it again goes on where an earlier try ended. An item that is known
// and the same stays as it is, withdrawn or not. Throws Error(kData) that names file and line where
// a line is wrong, and before anything of its hundred is taken, or where an item is known as
// another one.
ImportCounts ImportSessions(EventStore& store, const std::filesystem::path& path);

}  // namespace lerl
