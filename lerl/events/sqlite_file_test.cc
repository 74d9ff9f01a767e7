#include "lerl/events/sqlite_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "lerl/base/file.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

class SqliteFileTest : public ::testing::Test {
 protected:
  TestFolder folder_;
  std::filesystem::path path_ = folder_.path() / "new" / "events.db";
};

TEST_F(SqliteFileTest, IsMadeForItsOwnerAloneAndLeftAsItIsWhereItExists) {
  MakeStoreFile(path_);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  folder_.Write("new/events.db", "something");
  MakeStoreFile(path_);
  EXPECT_EQ(ReadFile(path_), "something");
}

TEST_F(SqliteFileTest, IsRefusedWhereItIsOfAnotherProgram) {
  MakeStoreFile(path_);
  SqliteConnection sql(path_, 100, false);
  RequireAStore(sql, path_);  // it may become one
  sql.Script("CREATE TABLE bookmarks (id);");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { RequireAStore(sql, path_); }),
              HasSubstr("a database of another program"));
  sql.Script("PRAGMA application_id = " + std::to_string(kStoreApplicationId) + ";");
  RequireAStore(sql, path_);
  RequireWhole(sql, path_);
}

}  // namespace
}  // namespace lerl
