#include "lerl/events/sqlite_connection.h"

#include <gmock/gmock.h>

#include "lerl/base/check.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

constexpr SqlStatement kEcho{.name = "echo", .text = "SELECT $1, $2, $3, $1"};

TEST(SqliteConnection, GivesValuesBackAsTheyAre) {
  const TestFolder folder;
  SqliteConnection sql(folder.Write("a.db", ""), 100, false);
  for (int round = 0; round < 2; ++round) {
    const std::vector<SqlRow> rows = sql.Run(kEcho, {"te\"xt", int64_t{INT64_MIN}, 0.1});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].Text(0), "te\"xt");
    EXPECT_EQ(rows[0].Count(1), INT64_MIN);
    EXPECT_EQ(rows[0].Number(2), 0.1);
    EXPECT_EQ(rows[0].Text(3), "te\"xt");
  }
}

TEST(SqliteConnection, NamesTheFileInErrors) {
  const TestFolder folder;
  const std::filesystem::path none = folder.path() / "none.db";
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { SqliteConnection(none, 100, false); }),
              HasSubstr(none.string()));
  const std::filesystem::path text = folder.Write("text.db", std::string(5000, 't'));
  EXPECT_THAT(ErrorOf(ErrorKind::kData,
                      [&] { SqliteConnection(text, 100, false).Script("CREATE TABLE a (b);"); }),
              HasSubstr("this is no store"));
}

TEST(SqliteConnection, ReadsOnlyWhereItIsToldTo) {
  const TestFolder folder;
  const std::filesystem::path path = folder.Write("a.db", "");
  SqliteConnection(path, 100, false).Script("CREATE TABLE a (b);");
  SqliteConnection reader(path, 100, true);
  ErrorOf(ErrorKind::kIo, [&] { reader.Script("INSERT INTO a VALUES (1);"); });
}

TEST(SqliteConnection, IsBusyWhereAnotherHoldsTheFile) {
  const TestFolder folder;
  const std::filesystem::path path = folder.Write("a.db", "");
  SqliteConnection one(path, 0, false), other(path, 0, false);
  one.UseWriteAheadLog(0);
  one.Script("BEGIN IMMEDIATE;");
  EXPECT_TRUE(one.InTransaction());
  ErrorOf(ErrorKind::kBusy, [&] { other.Script("BEGIN IMMEDIATE;"); });
  one.Script("ROLLBACK;");
  EXPECT_FALSE(one.InTransaction());
  other.Script("BEGIN IMMEDIATE;");
}

TEST(SqliteConnection, CallsAWrongStatementABug) {
  const TestFolder folder;
  SqliteConnection sql(folder.Write("a.db", ""), 100, false);
  EXPECT_THROW(sql.Script("SELEC 1;"), CheckFailure);
}

}  // namespace
}  // namespace lerl
