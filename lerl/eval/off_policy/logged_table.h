#pragma once
// LoggedTable: a log with propensities, as off-policy evaluation reads it, and the policies that
// are judged by it.
//
// A row is one choice of the logged policy mu: a decision, a step of a session, or a position of a
// slate. Axes: N rows, A actions, D features of the context.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/index.h"

namespace lerl {

// What a policy pi would have done at each row.
struct JudgedPolicy {
  std::string name{};
  std::vector<double> of_logged{};  // [N] pi(a_n | x_n)
  // pi(. | x_n) is distributions[distribution[n]], of A values that sum to 1. Both are empty where
  // the log tells of_logged alone.
  std::vector<std::vector<double>> distributions{};
  std::vector<int32_t> distribution{};  // [N]
  std::optional<double> truth{};        // what it is worth, where that is known

  bool knows_all() const { return !distributions.empty(); }
  std::span<const double> Of(size_t n) const { return distributions[At(distribution[n])]; }
};

enum class LogKind { kDecisions, kSessions, kSlates };

struct LoggedTable {
  LogKind kind = LogKind::kDecisions;
  std::vector<std::string> actions{};     // [A] names
  int64_t units = 0;                      // what is independent: users, or whole sessions, ...
  std::vector<int32_t> unit{}, action{};  // [N], in [0, units) and [0, A)
  std::vector<double> propensity{};       // [N] mu(a_n | x_n), in (0, 1]
  std::vector<double> reward{};           // [N]
  int64_t width = 1;                      // D
  std::vector<double> features{};         // [N, D] of which the first is 1
  // Where row n's session or slate begins; groups[g] <= n < groups[g + 1]. Rows of one are in the
  // order of its steps or positions. Of decisions each is one.
  std::vector<int64_t> groups{};
  // A state of few values at each row, for estimates by states; empty without.
  int64_t states = 0;
  std::vector<int32_t> state{};
  // The logged policy itself, where the log tells the probabilities of all actions; of slates those
  // at the first position, from which they are drawn without replacement.
  JudgedPolicy logged{};

  int64_t rows() const { return std::ssize(action); }
  int64_t group_count() const { return std::ssize(groups) - 1; }
  std::span<const double> Features(size_t n) const {
    return std::span(features).subspan(n * At(width), At(width));
  }
};

// rho_n = pi(a_n | x_n) / mu(a_n | x_n), [N].
std::vector<double> WeightsOf(const LoggedTable& log, const JudgedPolicy& policy);

// The largest and the smallest reward.
struct RewardRange {
  double low = 0, high = 0;
};
RewardRange RangeOfRewards(const LoggedTable& log);

// Makes each row a group of its own, and a unit.
void GroupByRow(LoggedTable& log);

}  // namespace lerl
