#pragma once
// What a response model is worth: how well it predicts the rows that come after those it was fitted
// on, and how far policies can differ in it.
//
//   spread = mean expected reward per step of the oracle's slates / that of random slates
//
// A model with a spread below 1.3 is not usable: policies can't be told apart in it.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env.h"
#include "lerl/sim/response/response_metrics.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

enum class Part { kValidation, kTest };

// Predictions for the rows of a part, in each user's order. As in play, the state before a row
// holds the user's last rows before the part, and the rows of the part before this one.
struct Predictions {
  std::vector<float> probabilities;  // [rows, F]
  std::vector<uint8_t> targets;      // [rows, F]
  std::vector<uint8_t> with_past;    // [rows] 1 = the user has training rows
};

// Predicts the rows of all users, or, with `max_users` > 0, those of that many users, evenly spaced
// among the users who have rows in the part.
Predictions PredictPart(const ResponseModel& model, const Dataset& dataset, const Split& split,
                        Part part, int64_t max_users = 0);

struct BehaviourReport {
  std::string behaviour;
  std::string group;  // "all", "with past", "without past"
  int64_t rows = 0;
  double base_rate = 0, auc = 0, log_loss = 0, ece = 0;  // NaN where the rows don't define them
  std::vector<ReliabilityBin> bins;                      // 10 over [0, 1]
};

// The expected reward per step of random slates and of the oracle's, over the same users.
struct Spread {
  int64_t users = 0;
  double random = 0, oracle = 0;
  double ratio() const { return random > 0 ? oracle / random : 0; }
};

inline constexpr double kLeastSpread = 1.3;

struct ResponseReport {
  std::string model;
  std::string rows;  // a phrase that says which rows were held out
  std::vector<BehaviourReport> behaviours;
  Spread spread;
};

std::vector<BehaviourReport> ReportOf(const Predictions& predictions, const Dataset& dataset);

// Plays two sessions per user, one with random slates and one with the K best items, each for at
// most 10 steps. The users are at most 100 of the split's validation users, evenly spaced; of its
// training users where it has none of validation. The environment must have one slot.
Spread MeasureSpread(const Split& split, Env& env);

// Reports on the test rows, and on the spread in `env`, which has one slot and may be of any task.
// The model "mf" was fitted on the whole log, so its test rows are not held out; `rows` says so.
ResponseReport MakeResponseReport(const Dataset& dataset, const Split& split,
                                  const ResponseModel& model, Env& env);

// What is wrong with a spread below kLeastSpread, in one sentence; "" where it is wide enough.
std::string SpreadProblem(const Spread& spread, const std::string& model,
                          const std::string& dataset);

// Throws Error(kUnusable) when the spread is below kLeastSpread.
void RequireSpread(const ResponseReport& report, const std::string& dataset);

// The report as JSON, with null for NaN:
//   {"model", "rows",
//    "behaviours": [{"behaviour", "group", "rows", "base_rate", "auc", "log_loss", "ece",
//                    "bins": [{"rows", "predicted", "observed"}]}],
//    "spread": {"users", "random", "oracle", "ratio"}}
nlohmann::json ToJson(const ResponseReport& report);

// The report as a table for people, without the bins.
std::string ReportText(const ResponseReport& report);

}  // namespace lerl
