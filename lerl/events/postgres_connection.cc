#include "lerl/events/postgres_connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/prepared_statement>
#include <pqxx/result>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/printable.h"
#include "lerl/events/store_url.h"

namespace lerl {
namespace {

// Types of columns (pg_type.dat of the server's source).
constexpr pqxx::oid kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat8 = 701;

// The first line of what the server or the library says.
std::string OneLine(const std::string& url, const std::exception& fault) {
  std::string text = WithoutPasswordOf(url, fault.what());
  std::replace(text.begin(), text.end(), '\n', ' ');
  return WithoutPassword(url) + ": " + Printable(Trimmed(text), 500);
}

bool HoldsAny(const std::string& text, std::initializer_list<const char*> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&text](const char* part) { return text.find(part) != std::string::npos; });
}

[[noreturn]] void FailConnection(const std::string& url, const std::exception& fault) {
  const std::string what = OneLine(url, fault);
  if (HoldsAny(fault.what(), {"authentication failed", "no password supplied", "does not exist\n",
                              "no pg_hba.conf entry", "invalid URI", "invalid connection option"}))
    throw Error(ErrorKind::kConfig, what + "; mend store.url or LERL_STORE_URL");
  throw ConnectionLost(what);
}

// Turns what the server says into an error by the state's class (appendix A of its manual).
[[noreturn]] void FailStatement(const std::string& url, const pqxx::sql_error& fault) {
  const std::string what = OneLine(url, fault);
  const std::string& state = fault.sqlstate();
  const std::string kind = state.substr(0, 2);
  // The server is going down or starting, or has become one that is read alone.
  if (kind == "08" || state.starts_with("57P") || state == "25006") throw ConnectionLost(what);
  if (kind == "40") throw TransactionRefused(what);
  if (state == "55P03" || state == "57014")
    throw Error(ErrorKind::kBusy, what + "; try again later");
  if (kind == "23" || state == "XX001" || state == "XX002")
    throw Error(ErrorKind::kData, what + "; the store is damaged, restore it from a copy");
  throw Error(ErrorKind::kIo, what);
}

std::string TextOf(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* count = std::get_if<int64_t>(&value)) return std::to_string(*count);
  std::array<char, 40> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), std::get<double>(value));
  return {digits.data(), end.ptr};
}

template <typename T>
T NumberIn(const pqxx::field& field) {
  T value{};
  std::from_chars(field.c_str(), field.c_str() + field.size(), value);
  return value;
}

SqlValue ValueOf(const pqxx::field& field) {
  switch (field.type()) {
    case kInt8:
    case kInt2:
    case kInt4:
      return NumberIn<int64_t>(field);
    case kFloat8:
      return NumberIn<double>(field);
    default:
      return std::string(field.c_str(), field.size());
  }
}

std::vector<SqlRow> RowsOf(const pqxx::result& result) {
  std::vector<SqlRow> rows;
  rows.reserve(At(result.size()));
  for (const pqxx::row& row : result) {
    SqlRow& read = rows.emplace_back();
    for (const pqxx::field& field : row) read.values.push_back(ValueOf(field));
  }
  return rows;
}

std::string Settings(const StoreConfig& config) {
  return "SET statement_timeout = " + std::to_string(config.statement_ms) +
         "; SET lock_timeout = " + std::to_string(std::max<int64_t>(config.busy_ms, 1)) +
         "; SET client_min_messages = warning"
         "; SELECT set_config('synchronous_commit', 'on', false) "
         "WHERE current_setting('synchronous_commit') = 'off'";
}

}  // namespace

struct PostgresConnection::Impl {
  pqxx::connection connection;
  std::set<std::string> prepared{};

  // Statements of one transaction need none of the library's own, which would hide a lost commit.
  pqxx::result With(const std::string& url,
                    const std::function<pqxx::result(pqxx::nontransaction&)>& work) {
    try {
      pqxx::nontransaction once(connection);
      return work(once);
    } catch (const pqxx::broken_connection& fault) {
      throw ConnectionLost(OneLine(url, fault));
    } catch (const pqxx::sql_error& fault) {
      if (!connection.is_open()) throw ConnectionLost(OneLine(url, fault));
      FailStatement(url, fault);
    } catch (const pqxx::failure& fault) {
      throw ConnectionLost(OneLine(url, fault));
    }
  }
};

PostgresConnection::PostgresConnection(const std::string& url, const StoreConfig& config)
    : url_(url) {
  // The system's own patience with a machine that has vanished is a quarter of an hour.
  const std::string patience = std::to_string(std::max<int64_t>(2, config.connect_ms / 1000));
  const std::string full = WithParameters(url, {{"application_name", "lerl"},
                                                {"client_encoding", "UTF8"},
                                                {"connect_timeout", patience},
                                                {"keepalives_idle", "10"},
                                                {"keepalives_interval", "5"},
                                                {"keepalives_count", "3"},
                                                {"tcp_user_timeout", "20000"}});
  try {
    impl_.reset(new Impl{.connection = pqxx::connection(full)});
  } catch (const pqxx::broken_connection& fault) {
    FailConnection(url_, fault);
  } catch (const pqxx::failure& fault) {
    throw Error(ErrorKind::kConfig, OneLine(url_, fault));
  }
  Script(Settings(config));
}

PostgresConnection::~PostgresConnection() = default;

std::vector<SqlRow> PostgresConnection::Run(const SqlStatement& statement,
                                            const std::vector<SqlValue>& values) {
  std::vector<std::string> texts;
  for (const SqlValue& value : values) texts.push_back(TextOf(value));
  return RowsOf(impl_->With(url_, [&](pqxx::nontransaction& once) {
    if (impl_->prepared.insert(statement.name).second)
      impl_->connection.prepare(statement.name, statement.In(Dialect::kPostgres));
    return once.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(texts));
  }));
}

void PostgresConnection::Script(const std::string& text) {
  impl_->With(url_, [&](pqxx::nontransaction& once) { return once.exec(text); });
}

}  // namespace lerl
