#include "lerl/sql_cells/postgres_cells.h"

#include <gmock/gmock.h>

#include "lerl/testing/cell_ledger_conformance.h"
#include "lerl/testing/postgres_server.h"

namespace lerl {
namespace {

std::unique_ptr<CellLedger> MakeServerCells(const NowUs& now_us) {
  PostgresServer* server = PostgresServer::Get();
  if (server == nullptr) return nullptr;
  const StoreConfig config = server->FreshStore();
  return std::make_unique<PostgresCells>(config.url, config, now_us);
}

INSTANTIATE_TEST_SUITE_P(Postgres, CellLedgerConformance,
                         ::testing::Values(LedgerMaker{"postgres", MakeServerCells}));

class ServerCells : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::Get();
    if (server_ == nullptr) GTEST_SKIP() << "postgresql-15 is not installed";
    config_ = server_->FreshStore();
    config_.connect_ms = 60000;
  }
  PostgresServer* server_ = nullptr;
  StoreConfig config_;
};

TEST_F(ServerCells, ManyConnectionsTakeEveryCellOnceByTheClockOfTheServer) {
  constexpr int kCells = 300, kWorkers = 6;
  std::vector<Cell> cells;
  for (int n = 0; n < kCells; ++n) cells.push_back({.name = std::to_string(n)});
  PostgresCells(config_.url, config_).Put({.id = "s"}, cells);
  std::mutex mutex;
  std::multiset<std::string> taken;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWorkers; ++w)
    threads.emplace_back([&, w] {
      PostgresCells ledger(config_.url, config_);
      while (const auto claim = ledger.Take("s", "w" + std::to_string(w))) {
        EXPECT_TRUE(ledger.Beat(*claim, 1));
        EXPECT_TRUE(ledger.Finish(*claim));
        const std::lock_guard lock(mutex);
        taken.insert(claim->cell);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), static_cast<size_t>(kCells));
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), static_cast<size_t>(kCells));
}

TEST_F(ServerCells, GoOnWhereTheServerWasRestarted) {
  PostgresCells ledger(config_.url, config_);
  ledger.Put({.id = "s"}, std::vector<Cell>{{"a"}, {"b"}});
  const CellClaim claim = ledger.Take("s", "w").value();
  server_->Crash();
  server_->Start();
  EXPECT_TRUE(ledger.Beat(claim, 1));
  server_->Stop();
  server_->Start();
  EXPECT_TRUE(ledger.Finish(claim));
  EXPECT_EQ(ledger.Take("s", "w")->cell, "b");
}

TEST_F(ServerCells, ALedgerOfAnotherVersionIsRefused) {
  { const PostgresCells made(config_.url, config_); }
  PostgresConnection(config_.url, config_).Script("UPDATE lerl_ledger SET version = 99");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { const PostgresCells made(config_.url, config_); }),
              ::testing::HasSubstr("another version"));
}

}  // namespace
}  // namespace lerl
