#include "lerl/events/decision_rows.h"

#include <algorithm>

namespace lerl {
namespace {

#define LERL_DECISION_COLUMNS \
  "experiment, policy, outcome, decided_us, users, first_users, difference, low, high"
constexpr SqlStatement kAddDecision{
    .name = "add_decision",
    .text = "INSERT INTO lerl_decisions (" LERL_DECISION_COLUMNS
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
            "ON CONFLICT (experiment, policy) DO NOTHING RETURNING policy"};
constexpr SqlStatement kDecisions{.name = "decisions",
                                  .text = "SELECT " LERL_DECISION_COLUMNS
                                          " FROM lerl_decisions WHERE experiment = $1 "
                                          "ORDER BY decided_us, policy"};

DecisionRecord DecisionOf(const SqlRow& row) {
  return {.experiment = row.Text(0),
          .policy = row.Text(1),
          .outcome = row.Text(2),
          .decided_us = row.Count(3),
          .users = row.Count(4),
          .first_users = row.Count(5),
          .difference = row.Number(6),
          .low = row.Number(7),
          .high = row.Number(8)};
}

}  // namespace

bool AddDecisionRow(Sql& sql, const DecisionRecord& decision) {
  const std::vector<SqlRow> added =
      sql.Run(kAddDecision, {decision.experiment, decision.policy, decision.outcome,
                             decision.decided_us, decision.users, decision.first_users,
                             decision.difference, decision.low, decision.high});
  if (!added.empty()) return true;
  return sql.again() && std::ranges::count(DecisionRows(sql, decision.experiment), decision) > 0;
}

std::vector<DecisionRecord> DecisionRows(Sql& sql, const std::string& experiment) {
  std::vector<DecisionRecord> decisions;
  for (const SqlRow& row : sql.Run(kDecisions, {experiment})) decisions.push_back(DecisionOf(row));
  return decisions;
}

}  // namespace lerl
