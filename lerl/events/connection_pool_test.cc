#include "lerl/events/connection_pool.h"

#include <gmock/gmock.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

// Counts how many of them there are.
class CountedSql : public Sql {
 public:
  explicit CountedSql(int& open) : open_(open) { ++open_; }
  ~CountedSql() override { --open_; }
  Dialect dialect() const override { return Dialect::kSqlite; }
  std::vector<SqlRow> Run(const SqlStatement&, const std::vector<SqlValue>&) override { return {}; }
  void Script(const std::string&) override {}

 private:
  int& open_;
};

class ConnectionPoolTest : public ::testing::Test {
 protected:
  int open_ = 0, made_ = 0;
  bool fail_ = false;
  ConnectionPool pool_{[this] {
                         if (fail_) throw std::runtime_error("no server");
                         ++made_;
                         return std::make_unique<CountedSql>(open_);
                       },
                       1, std::chrono::milliseconds(20), "the store"};
};

TEST_F(ConnectionPoolTest, KeepsConnections) {
  pool_.With([](Sql&) {});
  pool_.With([](Sql&) {});
  EXPECT_EQ(made_, 1);
  EXPECT_EQ(open_, 1);
  pool_.CloseIdle();
  EXPECT_EQ(open_, 0);
}

TEST_F(ConnectionPoolTest, ClosesAConnectionThatFailed) {
  EXPECT_THROW(pool_.With([](Sql&) { throw std::runtime_error("lost"); }), std::runtime_error);
  EXPECT_EQ(open_, 0);
  pool_.With([](Sql&) {});
  EXPECT_EQ(made_, 2);
}

TEST_F(ConnectionPoolTest, GivesAPlaceBackWhereNoConnectionCouldBeMade) {
  fail_ = true;
  for (int i = 0; i < 3; ++i) EXPECT_THROW(pool_.With([](Sql&) {}), std::runtime_error);
  fail_ = false;
  pool_.With([](Sql&) {});
  EXPECT_EQ(made_, 1);
}

TEST_F(ConnectionPoolTest, IsBusyWhereAllAreInUse) {
  pool_.With([this](Sql&) {
    EXPECT_THAT(ErrorOf(ErrorKind::kBusy, [this] { pool_.With([](Sql&) {}); }),
                ::testing::HasSubstr("the store: all 1 connections are in use"));
  });
  pool_.With([](Sql&) {});
}

}  // namespace
}  // namespace lerl
