#include "lerl/eval/evaluation.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/eval/metrics/behaviours.h"
#include "lerl/eval/metrics/registry.h"

namespace lerl {
namespace {

using nlohmann::json;

PlanOrigins CountPlans(const std::vector<SessionLog>& logs) {
  PlanOrigins counts;
  for (const SessionLog& log : logs) {
    for (int64_t s = 0; s < log.sessions; ++s) {
      for (int64_t t = 0; t < log.length[At(s)]; ++t) {
        ++counts[static_cast<PlanOrigin>(log.origin[log.Cell(s, t)])];
      }
    }
  }
  return counts;
}

template <typename T>
json OrNull(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

template <typename T>
void Optional(const json& in, const char* key, std::optional<T>& value) {
  if (!in.at(key).is_null()) value = in[key].get<T>();
}

void CheckWhole(const std::vector<SessionLog>& logs) {
  for (const SessionLog& log : logs) {
    LERL_CHECK(log.user == logs[0].user);
    for (size_t s = 0; s < log.user.size(); ++s) {
      LERL_CHECK(log.length[s] > 0 && (log.terminated[s] != 0 || log.truncated[s] != 0));
    }
  }
}

// The interval of a metric whose values under each seed are `by_seed`, cut at its range.
Interval CutInterval(const CrossedTable& table, double lowest, double highest) {
  Interval interval = CrossedInterval(table);
  interval.low = std::max(interval.low, lowest);
  interval.high = std::min(interval.high, highest);
  return interval;
}

std::vector<BehaviourFigures> JudgeBehaviours(const std::vector<SessionLog>& logs,
                                              const Dataset& dataset) {
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  std::vector<BehaviourFigures> figures;
  for (int64_t f = 0; f < dataset.num_behaviours(); ++f) {
    std::vector<SessionValues> rates, counts;
    for (const SessionLog& log : logs) {
      rates.push_back(ResponseRate(log, f));
      counts.push_back(ResponsesPerSession(log, f));
    }
    figures.push_back({.name = dataset.behaviours[At(f)],
                       .rate = CutInterval(MakeCrossedTable(rates), 0, 1),
                       .per_session = CutInterval(MakeCrossedTable(counts), 0, kEndless)});
  }
  return figures;
}

}  // namespace

int64_t& PlanOrigins::operator[](PlanOrigin origin) {
  switch (origin) {
    case PlanOrigin::kRule:
      return rule;
    case PlanOrigin::kFresh:
      return fresh;
    case PlanOrigin::kCached:
      return cached;
    case PlanOrigin::kNearest:
      return nearest;
    case PlanOrigin::kKept:
      return kept;
    case PlanOrigin::kFallback:
      return fallback;
  }
  FailCheck(__FILE__, __LINE__, "an unknown PlanOrigin");
}

PlanOrigins& PlanOrigins::operator+=(const PlanOrigins& other) {
  rule += other.rule;
  fresh += other.fresh;
  cached += other.cached;
  nearest += other.nearest;
  kept += other.kept;
  fallback += other.fallback;
  return *this;
}

double PlanOrigins::FallbackShare() const {
  const int64_t asked = fresh + cached + nearest + fallback + rule;
  return asked == 0 ? 0 : static_cast<double>(fallback) / static_cast<double>(asked);
}

std::optional<double> PlanOrigins::ExactShare() const {
  const int64_t asked = fresh + cached + nearest + fallback;
  if (asked == 0) return std::nullopt;
  return static_cast<double>(fresh + cached) / static_cast<double>(asked);
}

bool EvaluationResult::Has(std::string_view name) const {
  return std::any_of(metrics.begin(), metrics.end(),
                     [&name](const auto& entry) { return entry.first == name; });
}

const Interval& EvaluationResult::metric(std::string_view name) const {
  for (const auto& [metric, interval] : metrics) {
    if (metric == name) return interval;
  }
  FailCheck(__FILE__, __LINE__, "no metric " + std::string(name) + " in the result of " + policy);
}

const PairedDifference* EvaluationResult::difference(const std::string& name,
                                                     const std::string& against) const {
  for (const PairedDifference& d : differences) {
    if (d.metric == name && d.against == against) return &d;
  }
  return nullptr;
}

const CrossedTable* Evaluation::table(std::string_view metric) const {
  for (const auto& [name, table] : tables) {
    if (name == metric) return &table;
  }
  return nullptr;
}

Evaluation Evaluate(const std::string& policy, const std::vector<int64_t>& seeds,
                    const std::vector<SessionLog>& logs, const MetricInput& input) {
  LERL_CHECK(!logs.empty());
  LERL_CHECK_EQ(logs.size(), seeds.size());
  CheckWhole(logs);
  // 1. Who was judged, and where the plans came from.
  Evaluation evaluation{.users = logs[0].user};
  EvaluationResult& result = evaluation.result;
  result.policy = policy;
  result.users = logs[0].sessions;
  result.seeds = seeds;
  result.interval = IntervalMethod(std::ssize(seeds));
  result.plans = CountPlans(logs);
  result.behaviours = JudgeBehaviours(logs, input.dataset);
  for (const Metric& metric : Metrics()) {
    // Values of each seed, then one table and its interval.
    std::vector<SessionValues> by_seed;
    for (const SessionLog& log : logs) by_seed.push_back(metric.measure(log, input));
    if (by_seed[0].empty()) continue;
    CrossedTable table = MakeCrossedTable(by_seed);
    result.metrics.emplace_back(metric.name, CutInterval(table, metric.lowest, metric.highest));
    evaluation.tables.emplace_back(metric.name, std::move(table));
  }
  return evaluation;
}

void RankRows(std::vector<EvaluationResult>& rows) {
  for (EvaluationResult& row : rows) {
    row.rank.reset();
    if (row.oracle) continue;
    const double mean = row.metric("R_cum").mean;
    row.rank = 1 + std::count_if(rows.begin(), rows.end(), [&](const EvaluationResult& other) {
                 return !other.oracle && other.leave_rule == row.leave_rule &&
                        other.metric("R_cum").mean > mean;
               });
  }
}

void AddDifferences(Evaluation& evaluation, const Evaluation& reference, double margin) {
  LERL_CHECK(evaluation.users == reference.users);
  LERL_CHECK(evaluation.result.seeds == reference.result.seeds);
  for (const auto& [name, table] : evaluation.tables) {
    const CrossedTable* other = reference.table(name);
    if (other == nullptr) continue;
    evaluation.result.differences.push_back(
        {.against = reference.result.policy,
         .metric = name,
         .comparison = ComparePaired(table, *other, FindMetric(name).higher_is_better, margin)});
  }
}

void to_json(json& out, const Interval& interval) {
  out = {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

void from_json(const json& in, Interval& interval) {
  in.at("mean").get_to(interval.mean);
  in.at("low").get_to(interval.low);
  in.at("high").get_to(interval.high);
}

void to_json(json& out, const PlanOrigins& counts) {
  out = {{"fresh", counts.fresh}, {"cached", counts.cached},     {"nearest", counts.nearest},
         {"kept", counts.kept},   {"fallback", counts.fallback}, {"rule", counts.rule}};
}

void from_json(const json& in, PlanOrigins& counts) {
  in.at("fresh").get_to(counts.fresh);
  in.at("cached").get_to(counts.cached);
  in.at("nearest").get_to(counts.nearest);
  in.at("kept").get_to(counts.kept);
  in.at("fallback").get_to(counts.fallback);
  in.at("rule").get_to(counts.rule);
}

static void to_json(json& out, const PairedDifference& d) {
  out = {{"against", d.against},
         {"metric", d.metric},
         {"difference", d.comparison.difference},
         {"better", d.comparison.better},
         {"worse", d.comparison.worse},
         {"non_inferior", d.comparison.non_inferior},
         {"verdict", d.test ? json(VerdictName(d.test->verdict)) : json()},
         {"test", OrNull(d.test)},
         {"improvement", OrNull(d.improvement)}};
}

static void from_json(const json& in, PairedDifference& d) {
  d = {.against = in.at("against"),
       .metric = in.at("metric"),
       .comparison = {in.at("difference").get<Interval>(), in.at("better"), in.at("worse"),
                      in.at("non_inferior")}};
  // Files from before there were tests lack these.
  if (in.contains("test")) Optional(in, "test", d.test);
  if (in.contains("improvement")) Optional(in, "improvement", d.improvement);
}

void to_json(json& out, const EvaluationResult& result) {
  out = {{"policy", result.policy},
         {"agent", result.agent},
         {"planner", result.planner},
         {"runs", result.runs},
         {"metrics", json::object()},
         {"behaviours", json::array()},
         {"users", result.users},
         {"held_out", kHeldOutNames[At(result.held_out)]},
         {"looks", OrNull(result.looks)},
         {"seeds", result.seeds},
         {"commit", result.commit},
         {"config_hash", result.config_hash},
         {"stale", result.stale.empty() ? json() : json(result.stale)},
         {"interval", result.interval},
         {"plans", result.plans},
         {"training_plans", result.training_plans},
         {"valid", result.valid()},
         {"same_first_3", OrNull(result.same_first_3)},
         {"differences", json::array()},
         {"leave_rule", result.leave_rule},
         {"oracle", result.oracle},
         {"rank", OrNull(result.rank)},
         {"interquartile_mean", OrNull(result.interquartile_mean)},
         {"steps_per_second", OrNull(result.steps_per_second)},
         {"memory_mb", OrNull(result.memory_mb)},
         {"gradient_steps", OrNull(result.gradient_steps)},
         {"training_sessions", OrNull(result.training_sessions)},
         {"training_seconds", OrNull(result.training_seconds)}};
  if (result.unlisted_labels) out["unlisted_labels"] = *result.unlisted_labels;
  if (!result.invalid_run.empty()) out["invalid_run"] = result.invalid_run;
  if (!result.kept_iterations.empty()) out["kept_iterations"] = result.kept_iterations;
  for (const auto& [name, interval] : result.metrics) out["metrics"][name] = interval;
  for (const BehaviourFigures& of : result.behaviours)
    out["behaviours"].push_back(
        {{"name", of.name}, {"rate", of.rate}, {"per_session", of.per_session}});
  for (const PairedDifference& d : result.differences) out["differences"].push_back(d);
}

void from_json(const json& in, EvaluationResult& result) {
  result = {};
  in.at("policy").get_to(result.policy);
  // Files from before rows named what they are made of lack these.
  result.agent = in.value("agent", "");
  result.planner = in.value("planner", "");
  result.runs = in.value("runs", "");
  for (const Metric& metric : Metrics()) {
    if (!in.at("metrics").contains(metric.name)) continue;
    result.metrics.emplace_back(metric.name, in.at("metrics").at(metric.name).get<Interval>());
  }
  // Files from before behaviours were counted lack them.
  if (in.contains("behaviours"))
    for (const json& of : in["behaviours"])
      result.behaviours.push_back({.name = of.at("name"),
                                   .rate = of.at("rate").get<Interval>(),
                                   .per_session = of.at("per_session").get<Interval>()});
  in.at("users").get_to(result.users);
  // Files from before users were sealed lack both.
  for (const HeldOut which : {HeldOut::kValidation, HeldOut::kTest, HeldOut::kSealed})
    if (in.value("held_out", "test") == kHeldOutNames[At(which)]) result.held_out = which;
  if (in.contains("looks")) Optional(in, "looks", result.looks);
  in.at("seeds").get_to(result.seeds);
  in.at("commit").get_to(result.commit);
  in.at("config_hash").get_to(result.config_hash);
  if (in.contains("stale") && in["stale"].is_string()) in["stale"].get_to(result.stale);
  in.at("interval").get_to(result.interval);
  in.at("plans").get_to(result.plans);
  // Files from before training plans and gradient steps were counted lack both.
  if (in.contains("training_plans")) in["training_plans"].get_to(result.training_plans);
  if (in.contains("gradient_steps")) Optional(in, "gradient_steps", result.gradient_steps);
  // Files from before comparisons said so lack both.
  if (in.contains("training_sessions")) Optional(in, "training_sessions", result.training_sessions);
  if (in.contains("training_seconds")) Optional(in, "training_seconds", result.training_seconds);
  if (in.contains("kept_iterations")) in["kept_iterations"].get_to(result.kept_iterations);
  if (in.contains("invalid_run")) in["invalid_run"].get_to(result.invalid_run);
  Optional(in, "same_first_3", result.same_first_3);
  if (in.contains("unlisted_labels")) Optional(in, "unlisted_labels", result.unlisted_labels);
  Optional(in, "rank", result.rank);
  Optional(in, "steps_per_second", result.steps_per_second);
  Optional(in, "memory_mb", result.memory_mb);
  in.at("differences").get_to(result.differences);
  // Files from before there were tests lack these.
  result.leave_rule = in.value("leave_rule", "");
  result.oracle = in.value("oracle", false);
  if (in.contains("interquartile_mean"))
    Optional(in, "interquartile_mean", result.interquartile_mean);
}

std::string ResultsJson(const std::vector<EvaluationResult>& rows) {
  return json(rows).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::vector<EvaluationResult> WithoutCosts(std::vector<EvaluationResult> rows) {
  for (EvaluationResult& row : rows) {
    row.steps_per_second.reset();
    row.training_seconds.reset();
    row.memory_mb.reset();
  }
  return rows;
}

}  // namespace lerl
