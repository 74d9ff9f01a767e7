#include "lerl/events/sqlite_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "lerl/base/error.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr SqlStatement kIdentity{.name = "identity",
                                 .text =
                                     "SELECT application_id, (SELECT COUNT(*) FROM sqlite_master) "
                                     "FROM pragma_application_id"};
constexpr SqlStatement kCheck{.name = "check", .text = "PRAGMA quick_check(1)"};

}  // namespace

void MakeStoreFile(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  fs::create_directories(folder, error);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return;
  if (file < 0)
    throw Error(ErrorKind::kIo, path.string() + ": cannot be made: " + std::strerror(errno));
  ::close(file);
  const int entry = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (entry < 0) return;
  ::fsync(entry);
  ::close(entry);
}

void RequireAStore(Sql& sql, const fs::path& path) {
  const SqlRow identity = sql.Run(kIdentity).at(0);
  const bool empty = identity.Count(0) == 0 && identity.Count(1) == 0;
  if (!empty && identity.Count(0) != kStoreApplicationId)
    throw Error(ErrorKind::kData,
                path.string() + ": a database of another program; name another file");
}

void RequireWhole(Sql& sql, const fs::path& path) {
  const std::vector<SqlRow> found = sql.Run(kCheck);
  if (found.size() == 1 && found[0].Text(0) == "ok") return;
  throw Error(ErrorKind::kData, path.string() + ": the store is damaged (" +
                                    (found.empty() ? "no answer" : found[0].Text(0)) +
                                    "); restore it from a copy");
}

}  // namespace lerl
