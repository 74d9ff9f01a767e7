#pragma once
// SqliteStore: an EventStore in one file, for one machine; several processes may share it. The
// file's folder is to be on a local disk: the log that is written ahead of it is shared by memory.
//
// Writes of all threads go through one, which commits as many as wait at once (group_commit.h);
// reads have connections of their own and wait for nobody.

#include <filesystem>
#include <functional>
#include <memory>

#include "lerl/events/connection_pool.h"
#include "lerl/events/group_commit.h"
#include "lerl/events/sql_store.h"
#include "lerl/events/sqlite_connection.h"
#include "lerl/events/sqlite_log.h"
#include "lerl/events/store_config.h"

namespace lerl {

class SqliteStore : public SqlStore {
 public:
  // Opens a store, or makes one (mode 0600, with its folder) where there is no file. One of an
  // older version is brought up to date, after a copy of it was made beside it (CopyOfVersion);
  // where either fails the store stays as it is. Throws Error(kData) where the file is no store,
  // damaged, or of a newer version of the program.
  SqliteStore(const std::filesystem::path& path, const StoreConfig& config);

 protected:
  void Write(const Change& change) override;
  void Read(const View& view, bool as_one) override;
  int64_t Bytes(Sql& sql) override;
  void AfterDelete() override;

 private:
  class Transaction : public GroupCommit::Transaction {
   public:
    Transaction(SqliteConnection& writer, SqliteLog& log) : writer_(writer), log_(log) {}
    void Begin() override;
    void Apply(const std::function<void()>& change) override;
    void Commit() override;
    void RollBack() noexcept override;
    bool IsLost(const std::exception_ptr& error) override;

   private:
    SqliteConnection& writer_;
    SqliteLog& log_;
  };

  std::filesystem::path path_;
  std::unique_ptr<SqliteConnection> writer_;
  SqliteLog log_;
  Transaction transaction_;
  ConnectionPool readers_;
  GroupCommit commits_;  // last, so that its thread ends first
};

}  // namespace lerl
