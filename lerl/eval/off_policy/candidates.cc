#include "lerl/eval/off_policy/candidates.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"

namespace lerl {
namespace {

size_t PositionOf(const ReadLogResult& read, size_t n) {
  return read.position.empty() ? 0 : At(read.position[n]);
}

// The policy with one distribution for each position, or one for all.
JudgedPolicy OfDistributions(const ReadLogResult& read, const std::string& name,
                             std::vector<std::vector<double>> distributions) {
  JudgedPolicy policy{.name = name, .distributions = std::move(distributions)};
  const bool one = policy.distributions.size() == 1;
  for (size_t n = 0; n < read.log.action.size(); ++n) {
    const size_t position = one ? 0 : PositionOf(read, n);
    policy.distribution.push_back(static_cast<int32_t>(position));
    policy.of_logged.push_back(policy.distributions[position][At(read.log.action[n])]);
  }
  return policy;
}

// (1), at least 0, [A].
std::vector<double> ValuesOf(const LoggedTable& train, size_t actions) {
  const double mean = std::accumulate(train.reward.begin(), train.reward.end(), 0.0) /
                      static_cast<double>(train.rows());
  std::vector<double> sum(actions, kCandidatePriorRows * mean), rows(actions, kCandidatePriorRows);
  for (size_t n = 0; n < train.action.size(); ++n) {
    sum[At(train.action[n])] += train.reward[n];
    rows[At(train.action[n])] += 1;
  }
  for (size_t a = 0; a < actions; ++a) sum[a] = std::max(0.0, sum[a] / rows[a]);
  return sum;
}

// The rows of some groups, in their order.
ReadLogResult GroupsOf(const ReadLogResult& read, const std::vector<char>& wanted) {
  const LoggedTable& log = read.log;
  ReadLogResult part{.pool = read.pool};
  part.log.kind = log.kind;
  part.log.actions = log.actions;
  part.log.width = log.width;
  part.log.states = log.states;
  part.log.logged.name = log.logged.name;
  part.log.logged.distributions = log.logged.distributions;
  for (const JudgedPolicy& policy : read.policies)
    part.policies.push_back(
        {.name = policy.name, .distributions = policy.distributions, .truth = policy.truth});
  std::vector<int32_t> unit(At(log.units), -1);
  const auto add = [](const JudgedPolicy& from, JudgedPolicy& to, size_t n) {
    if (!from.of_logged.empty()) to.of_logged.push_back(from.of_logged[n]);
    if (!from.distribution.empty()) to.distribution.push_back(from.distribution[n]);
  };
  for (size_t group = 0; group + 1 < log.groups.size(); ++group) {
    if (!wanted[group]) continue;
    part.log.groups.push_back(part.log.rows());
    for (size_t n = At(log.groups[group]); n < At(log.groups[group + 1]); ++n) {
      int32_t& number = unit[At(log.unit[n])];
      if (number < 0) number = static_cast<int32_t>(part.log.units++);
      part.log.unit.push_back(number);
      part.log.action.push_back(log.action[n]);
      part.log.propensity.push_back(log.propensity[n]);
      part.log.reward.push_back(log.reward[n]);
      if (!log.state.empty()) part.log.state.push_back(log.state[n]);
      if (!read.position.empty()) part.position.push_back(read.position[n]);
      part.log.features.insert(part.log.features.end(), log.Features(n).begin(),
                               log.Features(n).end());
      add(log.logged, part.log.logged, n);
      for (size_t p = 0; p < read.policies.size(); ++p) add(read.policies[p], part.policies[p], n);
    }
  }
  part.log.groups.push_back(part.log.rows());
  part.time_order.resize(part.log.action.size());
  std::iota(part.time_order.begin(), part.time_order.end(), 0);
  return part;
}

}  // namespace

TrainAndJudge SplitByTime(const ReadLogResult& read, double share) {
  // A session or slate is where its first row by time is.
  const LoggedTable& log = read.log;
  std::vector<size_t> group_of(log.action.size());
  for (size_t group = 0; group + 1 < log.groups.size(); ++group)
    for (size_t n = At(log.groups[group]); n < At(log.groups[group + 1]); ++n) group_of[n] = group;
  const auto first = static_cast<size_t>(share * static_cast<double>(log.rows()));
  std::vector<char> train(log.groups.size() - 1, 0), met(log.groups.size() - 1, 0);
  for (size_t i = 0; i < read.time_order.size(); ++i) {
    const size_t group = group_of[At(read.time_order[i])];
    if (!met[group]) train[group] = i < first;
    met[group] = 1;
  }
  std::vector<char> judge(train.size());
  for (size_t group = 0; group < train.size(); ++group) judge[group] = !train[group];
  if (std::ranges::count(train, 1) == 0 || std::ranges::count(judge, 1) == 0)
    throw Error(ErrorKind::kUnusable,
                "lerl ope log: the log has too few rows to learn a policy from the first share " +
                    std::to_string(share) + " and judge it by the rest");
  return {GroupsOf(read, train), GroupsOf(read, judge)};
}

JudgedPolicy LoggedPolicy(const ReadLogResult& read) {
  JudgedPolicy policy = read.log.logged;
  policy.name = "logged";
  policy.of_logged = read.log.propensity;
  return policy;
}

JudgedPolicy UniformPolicy(const ReadLogResult& read) {
  // Of a pool that is larger than what was drawn, the actions that were never drawn are left out.
  const size_t actions = read.log.actions.size();
  return OfDistributions(read, "uniform",
                         {std::vector<double>(actions, 1 / static_cast<double>(actions))});
}

JudgedPolicy PopularityPolicy(const ReadLogResult& read, const LoggedTable& train) {
  std::vector<double> values = ValuesOf(train, read.log.actions.size());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values)
    value = sum > 0 ? value / sum : 1 / static_cast<double>(values.size());
  return OfDistributions(read, "popularity", {values});
}

JudgedPolicy BestPolicy(const ReadLogResult& read, const LoggedTable& train) {
  const std::vector<double> values = ValuesOf(train, read.log.actions.size());
  std::vector<double> best(values.size(), 0);
  best[At(std::ranges::max_element(values) - values.begin())] = 1;
  return OfDistributions(read, "best", {best});
}

JudgedPolicy PolicyOfLog(const ReadLogResult& read, const ReadLogResult& other) {
  const size_t actions = read.log.actions.size();
  LERL_CHECK_EQ(other.log.actions.size(), actions);
  size_t positions = 1;
  for (const std::vector<int32_t>* of : {&read.position, &other.position})
    for (const int32_t position : *of) positions = std::max(positions, At(position) + 1);
  std::vector<std::vector<double>> shown(positions, std::vector<double>(actions, 1));
  for (size_t n = 0; n < other.log.action.size(); ++n)
    shown[PositionOf(other, n)][At(other.log.action[n])] += 1;
  for (std::vector<double>& of : shown) {
    const double sum = std::accumulate(of.begin(), of.end(), 0.0);
    for (double& value : of) value /= sum;
  }
  JudgedPolicy policy = OfDistributions(read, "", std::move(shown));
  policy.truth = std::accumulate(other.log.reward.begin(), other.log.reward.end(), 0.0) /
                 static_cast<double>(other.log.rows());
  return policy;
}

}  // namespace lerl
