#pragma once
// Evaluation: turns the sessions that a policy played into its row of a table, with intervals and
// paired differences (eval/statistics.h).
//
// Protocol: each held-out user plays one whole session per seed. All policies are given the same
// users in the same order and the same seeds.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lerl/data/split.h"
#include "lerl/eval/metrics/metric.h"
#include "lerl/eval/significance.h"
#include "lerl/eval/statistics.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/planner/planner.h"

namespace lerl {

// Numbers of steps by where their plan came from (PlanOrigin).
struct PlanOrigins {
  int64_t fresh = 0, cached = 0, nearest = 0, kept = 0, fallback = 0, rule = 0;

  int64_t& operator[](PlanOrigin origin);
  PlanOrigins& operator+=(const PlanOrigins& other);
  // Share of fallbacks among the plans that were asked for, which are all but the kept ones.
  double FallbackShare() const;
  // Of the plans that were asked of a language model, the share that is its own answer for the very
  // state: fresh or an exact hit. Absent where no model was asked.
  std::optional<double> ExactShare() const;
  // Plans that a language model answered for: fresh, cached and nearest.
  int64_t Answered() const { return fresh + cached + nearest; }
};

struct PairedDifference {
  std::string against{};  // the reference policy
  std::string metric{};
  PairedComparison comparison{};
  // Of the metric that the comparison claims something about (eval/claims.h), absent elsewhere.
  std::optional<PairedTest> test{};
  std::optional<Interval> improvement{};  // P(policy better than reference), eval/run_scores.h
};

// How often a behaviour is given (eval/metrics/behaviours.h).
struct BehaviourFigures {
  std::string name{};  // the data set's
  Interval rate{}, per_session{};
};

// One row of a table. As JSON, the shape that programs read, it is
//
//   {"policy", "agent", "planner", "runs", "users", "held_out", "looks", "seeds": [], "commit",
//    "config_hash", "stale",
//    "interval", "valid",
//    "metrics":     {NAME: {"mean", "low", "high"}},
//    "behaviours":  [{"name", "rate": {"mean", "low", "high"}, "per_session": the same}],
//    "plans":       {"fresh", "cached", "nearest", "kept", "fallback", "rule"},
//    "training_plans": the same of the sessions that were learned from, all seeds together
//    "leave_rule", "oracle",
//    "same_first_3", "rank", "interquartile_mean", "steps_per_second", "memory_mb",
//    "gradient_steps", "training_sessions", "training_seconds",
//                                                        each null where it has no meaning
//    "unlisted_labels", "kept_iterations": [], "invalid_run",       only where there are any
//    "differences": [{"against", "metric",
//                     "difference": {"mean", "low", "high"},      by the interval, uncorrected:
//                     "better", "worse", "non_inferior",
//                     "verdict", "test", "improvement"}]}         the last three null or
//
//    "verdict":      VerdictName
//    "test":         {"verdict", "p": {"difference", "no_worse", "same"}, "p_corrected": the same,
//                     "family", "margin", "relative_margin", "effect_size",
//                     "smallest_difference", "simultaneous"}      eval/significance.h
//    "improvement":  {"mean", "low", "high"}
struct EvaluationResult {
  std::string policy{};
  std::string agent{}, planner{};  // by their names in the registries
  std::string runs{};              // their folder below that of the comparison; "" of a single row
  std::vector<std::pair<std::string, Interval>> metrics{};  // in registry order
  std::vector<BehaviourFigures> behaviours{};  // in the data set's order; old files lack them
  int64_t users = 0;
  HeldOut held_out = HeldOut::kTest;  // which users they are
  std::optional<int64_t> looks{};     // at them on record (eval/ledger.h); absent of validation
  std::vector<int64_t> seeds{};
  std::string commit{}, config_hash{};  // of the program that judged; of the row's settings
  // Where a run, or its sessions, were kept from a program of another commit: by which; "" where
  // all is this program's. In JSON null.
  std::string stale{};
  std::string interval{};  // how intervals were made (IntervalMethod)
  PlanOrigins plans{}, training_plans{};
  // Share of pairs of consecutive plan requests of a session whose rankings, as the planner gave
  // them, start with the same 3 categories in any order. Absent without rankings.
  std::optional<double> same_first_3{};
  // Labels per answered plan on which an endpoint's answer is silent. Absent where there are none.
  std::optional<double> unlisted_labels{};
  std::vector<PairedDifference> differences{};
  std::string leave_rule{};  // rows of one leave rule are compared with each other (eval/claims.h)
  bool oracle = false;       // reads the simulator's truth: an upper bound, not a policy
  std::optional<int64_t> rank{};  // by the mean of R_cum among policies of its leave rule, from 1
  std::optional<Interval> interquartile_mean{};  // of the claimed metric (eval/run_scores.h)
  // What training cost (RunCost in train/run_folder.h): the memory is that of the largest run, the
  // others are of a run, the mean over seeds.
  std::optional<double> steps_per_second{}, training_seconds{}, memory_mb{};
  std::optional<int64_t> gradient_steps{}, training_sessions{};
  // [S] the iteration whose checkpoint was played, of runs whose learning curve decided it
  // (train.keep, train.patience); else empty.
  std::vector<int64_t> kept_iterations{};

  // Why a run of the row is invalid, by its fallbacks in training; "" where none is.
  std::string invalid_run{};

  bool valid() const { return invalid_run.empty() && plans.FallbackShare() <= kMaxFallbackShare; }
  // Whether the metric has a figure: not every metric has one for every task and data set.
  bool Has(std::string_view name) const;
  // Throws CheckFailure when the metric is absent.
  const Interval& metric(std::string_view name) const;
  // The difference in a metric against a policy; nullptr when absent.
  const PairedDifference* difference(const std::string& name, const std::string& against) const;
};

// A result with the tables that paired differences need.
struct Evaluation {
  EvaluationResult result{};
  std::vector<std::pair<std::string, CrossedTable>> tables{};  // in registry order
  std::vector<int32_t> users{};                                // [U]

  // The table of a metric; nullptr when absent.
  const CrossedTable* table(std::string_view metric) const;
};

// Judges a policy by every metric. `logs` [S] are its sessions under each of `seeds`. Intervals are
// cut at the metric's range. Throws CheckFailure when the users differ between logs or a session is
// not whole, Error(kConfig) with fewer than 2 users.
Evaluation Evaluate(const std::string& policy, const std::vector<int64_t>& seeds,
                    const std::vector<SessionLog>& logs, const MetricInput& input);

// Gives every row its rank by the mean of R_cum among the rows of its leave rule, 1 for the
// highest. Equal rows share the better rank; oracles have none.
void RankRows(std::vector<EvaluationResult>& rows);

// Adds to the result of `evaluation` its differences against `reference`, for every metric that
// both have. `margin` is a share of the reference. Throws CheckFailure when their users or seeds
// differ.
void AddDifferences(Evaluation& evaluation, const Evaluation& reference,
                    double margin = kNonInferiorMargin);

void to_json(nlohmann::json& json, const Interval& interval);
void from_json(const nlohmann::json& json, Interval& interval);
void to_json(nlohmann::json& json, const PlanOrigins& counts);
void from_json(const nlohmann::json& json, PlanOrigins& counts);
void to_json(nlohmann::json& json, const EvaluationResult& result);
void from_json(const nlohmann::json& json, EvaluationResult& result);

// The text of results.json: the list of rows.
std::string ResultsJson(const std::vector<EvaluationResult>& rows);
// The same rows without what differs each time that the same is done again: steps per second,
// seconds and memory.
std::vector<EvaluationResult> WithoutCosts(std::vector<EvaluationResult> rows);

}  // namespace lerl
