#pragma once
// Reads a log with propensities: CSV (also packed by gzip), JSON lines or Parquet, a row for each
// choice of the logged policy, by the names of its columns.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lerl/eval/off_policy/logged_table.h"

namespace lerl {

// "" and empty lists where the log has no such column.
struct LogColumns {
  std::string action = "action", reward = "reward";
  // A number in (0, 1], or the probabilities of all actions, as [.2, .8] or ".2 .8". Where it is
  // "", actions were drawn evenly from `pool` of them, or from all that the file names.
  std::string propensity = "propensity";
  int64_t pool = 0;
  std::string user{}, time{};
  std::string session{}, step{};  // sessions, whose steps are numbers
  // Slates, whose positions are numbers. Positions without slates are a context of decisions.
  std::vector<std::string> slate{};
  std::string position{};
  std::vector<std::string> context{};
  std::string state{};
  std::vector<std::string> policies{};  // each as `propensity`, where 0 is allowed
  std::vector<std::string> actions{};   // in the order of lists of probabilities
  std::vector<std::pair<std::string, std::string>> where{};  // rows with this value alone
  bool empty_reward_is_0 = false;
  bool drops_undrawn = false;  // leave out slates that lack a propensity, and count them
};

struct ReadLogResult {
  LoggedTable log{};
  std::vector<JudgedPolicy> policies{};  // those of columns
  std::vector<int32_t> position{};       // [N] number of the position; empty without
  std::vector<int64_t> time_order{};     // [N] the rows by their time, or as they are in the file
  int64_t left_out = 0;                  // rows that `where` leaves out
  int64_t undrawn = 0;                   // rows of slates that lack a propensity
  std::optional<int64_t> pool{};         // actions that were drawn from evenly
};

// Reads a log whose actions are `known` and whatever others it names. Throws Error(kData) that
// names file, line and column where a propensity is missing, 0, or above 1, where a list of
// probabilities does not sum to 1, where a step or position comes twice in a session or slate, and
// where no row is left; and Error(kUsage) for columns that contradict each other.
ReadLogResult ReadLoggedRows(const std::filesystem::path& path, const LogColumns& columns,
                             const std::vector<std::string>& known = {});

// The columns of logs that are published in a form of their own.
LogColumns OpenBanditColumns();                           // the Open Bandit Dataset
LogColumns KuaiRandRandomColumns();                       // KuaiRand's log_random_*.csv
LogColumns ServiceColumns(const std::string& behaviour);  // `lerl events export --out x.csv`

}  // namespace lerl
