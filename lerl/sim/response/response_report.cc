#include "lerl/sim/response/response_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

uint32_t Bits(const Dataset& dataset, int64_t row) {
  uint32_t bits = 0;
  for (size_t f = 0; f < dataset.responses.size(); ++f)
    bits |= uint32_t{dataset.responses[f][At(row)]} << f;
  return bits;
}

// At most `count` of the values, evenly spaced; all of them when `count` is 0.
std::vector<int32_t> Thin(std::vector<int32_t> values, int64_t count) {
  const auto size = std::ssize(values);
  if (count <= 0 || size <= count) return values;
  std::vector<int32_t> kept;
  for (int64_t i = 0; i < count; ++i) kept.push_back(values[At(i * size / count)]);
  return kept;
}

void PredictUser(const ResponseModel& model, const Dataset& dataset, const Split& split,
                 int32_t user, Part part, ResponseState& state, Predictions& out) {
  const int64_t begin = part == Part::kTest ? split.valid_end[At(user)] : split.train_end[At(user)];
  const int64_t end = part == Part::kTest ? dataset.RowsEnd(user) : split.valid_end[At(user)];
  const int64_t first = dataset.RowsBegin(user);
  // 1. The state before the part.
  std::vector<Interaction> past;
  for (int64_t row = std::max(first, begin - model.history()); row < begin; ++row)
    past.push_back({dataset.items[At(row)], Bits(dataset, row)});
  model.Start(state, 0, user, past);
  // 2. Each row of the part is predicted, and then taken in as it was answered.
  const int slot = 0;
  std::vector<float> logits(At(model.num_behaviours()));
  for (int64_t row = begin; row < end; ++row) {
    const Interaction shown{dataset.items[At(row)], Bits(dataset, row)};
    model.Score(state, {&slot, 1}, {&shown.item, 1}, logits);
    for (size_t f = 0; f < logits.size(); ++f) {
      out.probabilities.push_back(Sigmoid(logits[f]));
      out.targets.push_back(static_cast<uint8_t>((shown.responses >> f) & 1));
    }
    out.with_past.push_back(split.train_end[At(user)] > first);
    model.Append(state, {&slot, 1}, {&shown, 1});
  }
}

// The expected reward per step of one session, over at most 10 steps.
double PlayOne(Env& env, int32_t user, bool oracle) {
  const auto slate_size = At(env.slate_size());
  env.Start(0, user, 1);
  Rng rng(1, "spread", static_cast<uint64_t>(user));
  const size_t items = env.Observe(0).excluded.size();
  std::vector<float> scores(items);
  std::vector<int32_t> order(items);
  StepResult result;
  double sum = 0;
  int steps = 0;
  for (; env.Observe(0).active && steps < 10; ++steps) {
    if (oracle) {
      env.OracleRewards(0, scores);
    } else {
      for (float& score : scores) score = static_cast<float>(rng.Uniform());
    }
    const auto excluded = env.Observe(0).excluded;
    for (size_t i = 0; i < items; ++i) {
      if (excluded[i] != 0) scores[i] = -1e30f;
    }
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + static_cast<int64_t>(slate_size), order.end(),
                      [&](int32_t a, int32_t b) {
                        return scores[At(a)] != scores[At(b)] ? scores[At(a)] > scores[At(b)]
                                                              : a < b;
                      });
    env.Step(std::span(order).first(slate_size), result);
    sum += static_cast<double>(result.expected[0]);
  }
  return steps > 0 ? sum / steps : 0;
}

nlohmann::json NumberOrNull(double value) {
  return std::isnan(value) ? nlohmann::json() : nlohmann::json(value);
}

}  // namespace

Predictions PredictPart(const ResponseModel& model, const Dataset& dataset, const Split& split,
                        Part part, int64_t max_users) {
  std::vector<int32_t> users;
  for (int32_t user = 0; user < dataset.num_users(); ++user) {
    const int64_t begin =
        part == Part::kTest ? split.valid_end[At(user)] : split.train_end[At(user)];
    const int64_t end = part == Part::kTest ? dataset.RowsEnd(user) : split.valid_end[At(user)];
    if (begin < end) users.push_back(user);
  }
  Predictions predictions;
  const std::unique_ptr<ResponseState> state = model.NewState(1);
  for (const int32_t user : Thin(users, max_users))
    PredictUser(model, dataset, split, user, part, *state, predictions);
  return predictions;
}

std::vector<BehaviourReport> ReportOf(const Predictions& predictions, const Dataset& dataset) {
  std::vector<BehaviourReport> reports;
  const size_t behaviours = dataset.behaviours.size();
  for (size_t f = 0; f < behaviours; ++f) {
    for (const char* group : {"all", "with past", "without past"}) {
      std::vector<float> probabilities;
      std::vector<uint8_t> targets;
      for (size_t row = 0; row < predictions.with_past.size(); ++row) {
        const bool past = predictions.with_past[row] != 0;
        if (std::string(group) != "all" && past != (std::string(group) == "with past")) continue;
        probabilities.push_back(predictions.probabilities[row * behaviours + f]);
        targets.push_back(predictions.targets[row * behaviours + f]);
      }
      BehaviourReport& report = reports.emplace_back();
      report.behaviour = dataset.behaviours[f];
      report.group = group;
      report.rows = std::ssize(targets);
      report.base_rate = static_cast<double>(std::accumulate(targets.begin(), targets.end(), 0L)) /
                         static_cast<double>(targets.size());
      report.auc = AreaUnderCurve(probabilities, targets);
      report.log_loss = LogLoss(probabilities, targets);
      report.bins = Reliability(probabilities, targets, 10);
      report.ece = CalibrationError(report.bins);
    }
  }
  return reports;
}

Spread MeasureSpread(const Split& split, Env& env) {
  LERL_CHECK_EQ(env.slots(), 1);
  Spread spread;
  const std::vector<int32_t>& users =
      split.valid_users.empty() ? split.train_users : split.valid_users;
  for (const int32_t user : Thin(users, 100)) {
    spread.random += PlayOne(env, user, false);
    spread.oracle += PlayOne(env, user, true);
    ++spread.users;
  }
  if (spread.users > 0) {
    spread.random /= static_cast<double>(spread.users);
    spread.oracle /= static_cast<double>(spread.users);
  }
  return spread;
}

ResponseReport MakeResponseReport(const Dataset& dataset, const Split& split,
                                  const ResponseModel& model, Env& env) {
  ResponseReport report;
  report.model = model.name();
  report.rows = model.name() == "mf"
                    ? "test rows, of which the model has seen most: it is fitted on a random share "
                      "of the whole log"
                    : "test rows, after those it was fitted on";
  if (split.mode == "user_order")
    report.rows += "; by each user's own order, so calendar leakage between users remains";
  report.behaviours = ReportOf(PredictPart(model, dataset, split, Part::kTest), dataset);
  report.spread = MeasureSpread(split, env);
  return report;
}

std::string SpreadProblem(const Spread& spread, const std::string& model,
                          const std::string& dataset) {
  if (spread.ratio() >= kLeastSpread) return "";
  char ratio[32];
  std::snprintf(ratio, sizeof(ratio), "%.2f", spread.ratio());
  return dataset + ": in the response model '" + model + "' the best slates earn only " + ratio +
         " times what random ones do (1.3 is needed), so policies can't be told apart; give it "
         "more training or more data";
}

void RequireSpread(const ResponseReport& report, const std::string& dataset) {
  const std::string problem = SpreadProblem(report.spread, report.model, dataset);
  if (!problem.empty()) throw Error(ErrorKind::kUnusable, problem);
}

nlohmann::json ToJson(const ResponseReport& report) {
  nlohmann::json behaviours = nlohmann::json::array();
  for (const BehaviourReport& b : report.behaviours) {
    nlohmann::json bins = nlohmann::json::array();
    for (const ReliabilityBin& bin : b.bins)
      bins.push_back(
          {{"rows", bin.rows}, {"predicted", bin.predicted}, {"observed", bin.observed}});
    behaviours.push_back({{"behaviour", b.behaviour},
                          {"group", b.group},
                          {"rows", b.rows},
                          {"base_rate", NumberOrNull(b.base_rate)},
                          {"auc", NumberOrNull(b.auc)},
                          {"log_loss", NumberOrNull(b.log_loss)},
                          {"ece", NumberOrNull(b.ece)},
                          {"bins", bins}});
  }
  return {{"model", report.model},
          {"rows", report.rows},
          {"behaviours", behaviours},
          {"spread",
           {{"users", report.spread.users},
            {"random", report.spread.random},
            {"oracle", report.spread.oracle},
            {"ratio", report.spread.ratio()}}}};
}

std::string ReportText(const ResponseReport& report) {
  std::string text = "response model " + report.model + " on " + report.rows + "\n";
  char line[256];
  std::snprintf(line, sizeof(line), "%-16s %-13s %9s %9s %7s %9s %7s\n", "behaviour", "users",
                "rows", "base rate", "AUC", "log loss", "ECE");
  text += line;
  for (const BehaviourReport& b : report.behaviours) {
    if (b.rows == 0) continue;
    std::snprintf(line, sizeof(line), "%-16s %-13s %9ld %9.4f %7.4f %9.4f %7.4f\n",
                  b.behaviour.c_str(), b.group.c_str(), b.rows, b.base_rate, b.auc, b.log_loss,
                  b.ece);
    text += line;
  }
  std::snprintf(line, sizeof(line),
                "reward per step of %ld users: random slates %.3f, best slates %.3f, ratio %.2f "
                "(at least %.1f is needed)\n",
                report.spread.users, report.spread.random, report.spread.oracle,
                report.spread.ratio(), kLeastSpread);
  return text + line;
}

}  // namespace lerl
