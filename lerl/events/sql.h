#pragma once
// Sql: one connection to a database, as events/sql_store.h speaks to it. What differs between the
// databases is in the text of statements and in whoever implements this.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lerl/base/index.h"

namespace lerl {

enum class Dialect : uint8_t { kSqlite, kPostgres };

// A statement with the values $1, $2 ..., which first stand in it in this order. It is prepared
// once in each connection, by its name.
struct SqlStatement {
  const char* name;
  const char* text;
  const char* postgres = nullptr;  // where it differs

  const char* In(Dialect dialect) const {
    return dialect == Dialect::kPostgres && postgres != nullptr ? postgres : text;
  }
};

using SqlValue = std::variant<int64_t, double, std::string>;

struct SqlRow {
  std::vector<SqlValue> values;

  int64_t Count(int column) const { return std::get<int64_t>(values.at(At(column))); }
  double Number(int column) const { return std::get<double>(values.at(At(column))); }
  const std::string& Text(int column) const { return std::get<std::string>(values.at(At(column))); }
};

class Sql {
 public:
  virtual ~Sql() = default;
  virtual Dialect dialect() const = 0;
  virtual std::vector<SqlRow> Run(const SqlStatement& statement,
                                  const std::vector<SqlValue>& values = {}) = 0;
  // Runs statements without values and results, apart by ";".
  virtual void Script(const std::string& text) = 0;

  // Whether an earlier try of the change at hand may have been committed, since a connection was
  // lost before it could say so. What is found as the change would leave it is then its own work.
  bool again() const { return again_; }
  void set_again(bool again) { again_ = again; }

 private:
  bool again_ = false;
};

}  // namespace lerl
