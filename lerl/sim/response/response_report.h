#pragma once
// What a response model is worth on rows that come after those it was fitted on, and how far
// policies can differ in it.

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

// Predictions for the rows of a part in each user's order: the state before a row has the user's
// last rows before the part and those of the part before it, as in play.
struct Predictions {
  std::vector<float> probabilities;  // [rows, F]
  std::vector<uint8_t> targets;      // [rows, F]
  std::vector<uint8_t> with_past;    // [rows] the user has training rows
};

// `max_users` > 0 reads that many users with rows in the part, evenly spaced.
Predictions PredictPart(const ResponseModel& model, const Dataset& dataset, const Split& split,
                        Part part, int64_t max_users = 0);

struct BehaviourReport {
  std::string behaviour;
  std::string group;  // "all", "with past", "without past"
  int64_t rows = 0;
  double base_rate = 0, auc = 0, log_loss = 0, ece = 0;  // NaN where they can't be had
  std::vector<ReliabilityBin> bins;                      // 10 over [0, 1]
};

// Expected reward per step of random slates and of the oracle's, over the same users.
struct Spread {
  int64_t users = 0;
  double random = 0, oracle = 0;
  double ratio() const { return random > 0 ? oracle / random : 0; }
};

inline constexpr double kLeastSpread = 1.3;  // below it policies can't be told apart

struct ResponseReport {
  std::string model;
  std::string rows;  // which rows were held out, for people
  std::vector<BehaviourReport> behaviours;
  Spread spread;
};

std::vector<BehaviourReport> ReportOf(const Predictions& predictions, const Dataset& dataset);

// Plays one session per user (at most 100 of the split's test users, evenly spaced) in an
// environment of one slot, cut after 10 steps, with random slates and with the K best items.
Spread MeasureSpread(const Split& split, Env& env);

// Test rows, and the spread in `env` (one slot; of any task). The rows of a model that was fitted
// on the whole log ("mf") are not held out; `rows` says so.
ResponseReport MakeResponseReport(const Dataset& dataset, const Split& split,
                                  const ResponseModel& model, Env& env);

// Throws Error(kUnusable) in one plain sentence when the spread is below kLeastSpread.
void RequireSpread(const ResponseReport& report, const std::string& dataset);

// {"model", "rows", "behaviours": [{"behaviour", "group", "rows", "base_rate", "auc", "log_loss",
// "ece", "bins": [{"rows", "predicted", "observed"}]}], "spread": {"users", "random", "oracle",
// "ratio"}}; null for NaN.
nlohmann::json ToJson(const ResponseReport& report);

// The same as a table for people, without the bins.
std::string ReportText(const ResponseReport& report);

}  // namespace lerl
