#include "lerl/sim/session_log.h"

#include <cmath>
#include <string>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {

void SessionLog::Resize(int64_t num_sessions, int64_t steps, int64_t slate_size,
                        int64_t num_categories, int64_t width) {
  sessions = num_sessions;
  max_steps = steps;
  slate = slate_size;
  categories = num_categories;
  action_width = width;
  const auto rows = At(sessions);
  const auto cells = At(sessions * max_steps);
  const auto per_cell = [cells](int64_t count) { return cells * At(count); };
  user.assign(rows, 0);
  seed.assign(rows, 0);
  length.assign(rows, 0);
  terminated.assign(rows, 0);
  truncated.assign(rows, 0);
  budget_after.assign(rows, 1);
  items.assign(per_cell(slate), 0);
  responses.assign(per_cell(slate), 0);
  reward.assign(cells, 0);
  expected.assign(cells, 0);
  action.assign(per_cell(action_width), 0);
  return_days.assign(cells, 0);
  plan.assign(per_cell(categories), 0);
  dominant.assign(per_cell(categories), 0);
  budget.assign(cells, 0);
  ranking.assign(per_cell(categories), -1);
  origin.assign(cells, 0);
  widened.assign(cells, 0);
  truth = {};
}

void SessionLog::AddTruth() {
  const auto columns = At(sessions * max_steps * categories);
  truth.interest.assign(columns, 0);
  truth.fatigue_cost.assign(columns, 0);
  truth.worth.assign(columns, 0);
  truth.latent.assign(At(sessions * categories), 0);
}

float WeighResponses(std::span<const double> weights, uint32_t responses) {
  if (weights.empty()) return static_cast<float>(responses & 1u);
  double sum = 0;
  for (size_t f = 0; f < weights.size(); ++f) sum += (responses >> f & 1u) != 0 ? weights[f] : 0;
  return static_cast<float>(sum);
}

float SessionLog::LearningReward(size_t cell) const {
  return (learn_responses ? reward[cell] : 0.0f) + ReturnReward(cell);
}

float SessionLog::ReturnReward(size_t cell) const {
  return return_days[cell] == 0 ? 0.0f
                                : -static_cast<float>(return_weight * return_days[cell] / 10);
}

float SessionLog::ResponseCredit(size_t cell, int64_t k) const {
  if (!learn_responses) return 0;
  const size_t place = cell * At(slate) + At(k);
  return PriceFactor(price_factors, items[place]) *
         WeighResponses(reward_weights, responses[place]);
}

float SessionLog::Continuation(int64_t session, int64_t step, bool sees_budget) const {
  const auto s = At(session);
  const bool last = step + 1 == length[s];
  if (last && terminated[s] != 0) return 0;
  if (return_days[Cell(session, step)] != 0) return static_cast<float>(gap_discount);
  return last && sees_budget && truncated[s] != 0 && budget_after[s] <= 0 ? 0.0f : 1.0f;
}

void ResizeForColumns(const std::array<int64_t, 5>& axes, const std::string& prefix,
                      const Arrays& arrays, SessionLog& log) {
  const auto& [sessions, steps, slate, categories, width] = axes;
  // In floating point, where a product of forged numbers can't overflow.
  const auto require = [&](const char* column, int64_t extent) {
    const auto found = arrays.find(prefix + column);
    const double cells = static_cast<double>(sessions) * static_cast<double>(steps);
    if (sessions < 0 || steps < 0 || extent < 0 || found == arrays.end() ||
        cells * static_cast<double>(extent) != static_cast<double>(found->second.size()))
      throw Error(ErrorKind::kCheckpoint,
                  std::string("sessions: column '") + column + "' has not the size of the axes");
  };
  require("items", slate);
  require("plan", categories);
  require("action", width);
  require("reward", 1);
  log.Resize(sessions, steps, slate, categories, width);
}

void RequireInRange(const SessionLog& log, int64_t users, int64_t items) {
  const auto require = [](bool holds, const char* column) {
    if (!holds)
      throw Error(ErrorKind::kCheckpoint,
                  std::string("sessions: an impossible value in column '") + column + "'");
  };
  const auto within = [&](const char* column, const auto& values, int64_t low, int64_t high) {
    for (const auto value : values)
      require(static_cast<int64_t>(value) >= low && static_cast<int64_t>(value) <= high, column);
  };
  const auto finite = [&](const char* column, const std::vector<float>& values) {
    for (const float value : values) require(std::isfinite(value), column);
  };
  within("user", log.user, 0, users - 1);
  within("items", log.items, 0, items - 1);
  within("length", log.length, 0, log.max_steps);
  within("ranking", log.ranking, -1, log.categories - 1);
  within("plan", log.plan, 0, 1);
  within("dominant", log.dominant, 0, 1);
  require(log.never_shown.empty() || std::ssize(log.never_shown) == items, "never_shown");
  require(log.price_factors.empty() || std::ssize(log.price_factors) == items, "price_factors");
  finite("price_factors", log.price_factors);
  finite("reward", log.reward);
  finite("expected", log.expected);
  finite("budget", log.budget);
  finite("budget_after", log.budget_after);
  finite("action", log.action);
}

}  // namespace lerl
