#include "lerl/events/postgres_connection.h"

#include <gmock/gmock.h>

#include "lerl/testing/data_files.h"
#include "lerl/testing/postgres_server.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr SqlStatement kEchoes{
    .name = "echo", .text = "", .postgres = "SELECT $1::text, $2::bigint, $3::float8, $1"};

class PostgresConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::Get();
    if (server_ == nullptr) GTEST_SKIP() << "postgresql-15 is not installed";
    config_ = server_->FreshStore();
  }
  // The URL with a user who needs a password that is wrong, or the like.
  std::string UrlWith(const std::string& from, const std::string& to) const {
    std::string url = config_.url;
    return url.replace(url.find(from), from.size(), to);
  }
  PostgresServer* server_ = nullptr;
  StoreConfig config_;
};

TEST_F(PostgresConnectionTest, GivesValuesBackAsTheyAre) {
  PostgresConnection sql(config_.url, config_);
  for (int round = 0; round < 2; ++round) {
    const std::vector<SqlRow> rows = sql.Run(kEchoes, {"te\"x't", int64_t{INT64_MIN}, 0.1});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].Text(0), "te\"x't");
    EXPECT_EQ(rows[0].Count(1), INT64_MIN);
    EXPECT_EQ(rows[0].Number(2), 0.1);
    EXPECT_EQ(rows[0].Text(3), "te\"x't");
  }
}

TEST_F(PostgresConnectionTest, GivesUpAStatementAndALockInTime) {
  config_.statement_ms = 50;
  PostgresConnection slow(config_.url, config_);
  EXPECT_THAT(ErrorOf(ErrorKind::kBusy, [&] { slow.Script("SELECT pg_sleep(60)"); }),
              HasSubstr("try again later"));
  config_.statement_ms = 0;
  config_.busy_ms = 50;
  PostgresConnection one(config_.url, config_), other(config_.url, config_);
  one.Script("CREATE TABLE a (b INT)");
  one.Script("BEGIN; LOCK TABLE a");
  ErrorOf(ErrorKind::kBusy, [&] { other.Script("SELECT * FROM a"); });
  one.Script("ROLLBACK");
  other.Script("SELECT * FROM a");
}

TEST_F(PostgresConnectionTest, NamesTheServerAndNoPassword) {
  const std::string url = UrlWith("lerl@", "lerl:s3cret@");
  PostgresConnection sql(url, config_);
  const std::string fault = ErrorOf(ErrorKind::kIo, [&] { sql.Script("SELECT 's3cret' FROM no"); });
  EXPECT_THAT(fault, HasSubstr("postgresql://lerl:***@"));
  EXPECT_THAT(fault, Not(HasSubstr("s3cret")));
  const std::string none = UrlWith("lerl@/postgres", "lerl:s3cret@/nowhere");
  const std::string refused =
      ErrorOf(ErrorKind::kConfig, [&] { PostgresConnection(none, config_); });
  EXPECT_THAT(refused, HasSubstr("nowhere"));
  EXPECT_THAT(refused, Not(HasSubstr("s3cret")));
}

TEST_F(PostgresConnectionTest, KnowsThatItWasLost) {
  PostgresConnection one(config_.url, config_), other(config_.url, config_);
  const std::string ended =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
      "pid <> pg_backend_pid() AND application_name = 'lerl'";
  other.Script(ended);
  EXPECT_THROW(one.Script("SELECT 1"), ConnectionLost);
  EXPECT_THROW(one.Script("SELECT 1"), ConnectionLost);
}

}  // namespace
}  // namespace lerl
