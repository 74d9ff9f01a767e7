#pragma once
// What Open Bandit Pipeline and SCOPE-RL estimate from small logs, as
// tests/numerics/make_off_policy.py stored it.

#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "lerl/base/file.h"
#include "lerl/eval/off_policy/logged_table.h"

namespace lerl {

inline nlohmann::json StoredEstimates(const std::string& part) {
  return nlohmann::json::parse(ReadFile("tests/numerics/off_policy.json"))[part];
}

// Values [N][W] one after another.
inline std::vector<double> Flat(const nlohmann::json& rows) {
  std::vector<double> values;
  for (const nlohmann::json& row : rows)
    for (const nlohmann::json& value : row) values.push_back(value);
  return values;
}

// The log of single decisions and the policy that is judged.
struct StoredLog {
  LoggedTable log;
  JudgedPolicy policy;
};

inline StoredLog StoredDecisions(const nlohmann::json& stored) {
  StoredLog made;
  LoggedTable& log = made.log;
  log.actions = {"a", "b", "c"};
  log.action = stored["action"].get<std::vector<int32_t>>();
  log.reward = stored["reward"].get<std::vector<double>>();
  log.propensity = stored["mu"].get<std::vector<double>>();
  log.width = 3;
  for (const nlohmann::json& x : stored["context"])
    log.features.insert(log.features.end(), {1, x[0], x[1]});
  GroupByRow(log);
  made.policy.distributions = stored["pi"].get<std::vector<std::vector<double>>>();
  made.policy.distribution.resize(log.action.size());
  std::iota(made.policy.distribution.begin(), made.policy.distribution.end(), 0);
  for (size_t n = 0; n < log.action.size(); ++n)
    made.policy.of_logged.push_back(made.policy.Of(n)[At(log.action[n])]);
  return made;
}

// Groups of `size` rows, each a unit.
inline LoggedTable StoredGroups(std::vector<double> reward, int64_t size) {
  LoggedTable log;
  log.reward = std::move(reward);
  log.action.assign(log.reward.size(), 0);
  for (int64_t n = 0; n < log.rows(); ++n) {
    if (n % size == 0) log.groups.push_back(n);
    log.unit.push_back(static_cast<int32_t>(n / size));
  }
  log.groups.push_back(log.rows());
  log.units = log.rows() / size;
  return log;
}

}  // namespace lerl
