#include "lerl/events/sqlite_backup.h"

#include <string>
#include <system_error>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/events/sqlite_file.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr SqlStatement kCopyInto{.name = "copy_into", .text = "VACUUM INTO $1"};

}  // namespace

void BackUpSqlite(const fs::path& path, const fs::path& to, int64_t busy_ms) {
  if (fs::exists(to))
    throw Error(ErrorKind::kUsage, to.string() +
                                       ": is there already, and a copy takes the place of nothing; "
                                       "name another file");
  SqliteConnection store(path, busy_ms, false);
  RequireAStore(store, path);
  const fs::path partial = to.string() + ".partial";
  std::error_code ignored;
  fs::remove(partial, ignored);  // of a call that was killed
  try {
    MakeStoreFile(partial);
    store.Run(kCopyInto, {partial.string()});
    SqliteConnection copy(partial, busy_ms, true);
    RequireWhole(copy, partial);
  } catch (...) {
    fs::remove(partial, ignored);
    throw;
  }
  MoveIntoPlace(partial, to);
}

fs::path CopyOfVersion(const fs::path& path, int version) {
  const std::string name = path.string() + ".version-" + std::to_string(version);
  fs::path copy = name;
  for (int number = 2; fs::exists(copy); ++number) copy = name + "." + std::to_string(number);
  return copy;
}

}  // namespace lerl
