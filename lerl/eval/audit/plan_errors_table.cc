#include "lerl/eval/audit/plan_errors_table.h"

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/eval/audit/format.h"
#include "lerl/eval/interval_json.h"
#include "lerl/eval/ledger.h"

namespace lerl {
namespace {

constexpr int kColumn = 18;

std::string ShareText(const Interval& share) {
  return Format("%.2f [%.2f, %.2f]", share.mean, share.low, share.high);
}

std::string RateCell(const ErrorRate& rate) {
  if (rate.steps == 0) return Format("%*s", kColumn, "-");
  if (rate.users < 2) return Format("%*s", kColumn, "too few users");
  return Format("%*s", kColumn, ShareText(rate.share).c_str());
}

// One line for each planner, of one group.
std::string GroupText(const PlanErrorsOutcome& outcome, size_t group) {
  std::string text = Format("%-18s", kUserGroups[group].data());
  for (const std::string_view error : kPlanErrors) text += Format("%*s", kColumn + 1, error.data());
  text += group == 0 ? "  worth of plans     R_cum\n" : "\n";
  for (const PlanErrorsRow& row : outcome.rows) {
    text += Format("%-18s", row.planner.c_str());
    for (const ErrorRate& rate : row.rates[group]) text += " " + RateCell(rate);
    if (group == 0)
      text += "  " + (row.worth ? ShareText(*row.worth) : Format("%-17s", "-")) + "  " +
              ShareText(row.reward);
    text += "\n";
  }
  return text + "\n";
}

std::string CalibrationText(const PlanErrorsOutcome& outcome) {
  std::string text;
  for (const PlanErrorsRow& row : outcome.rows) {
    if (!row.calibration) continue;
    const PlanCalibration& of = *row.calibration;
    if (text.empty())
      text = Format("%-18s%14s%26s%7s%8s\n", "scores of a model", "cross-entropy",
                    "less everybody's likes", "ECE", "users");
    text += Format("%-18s%14.3f%26s%7.3f%8lld\n", row.planner.c_str(), of.cross_entropy,
                   Format("%+.3f [%+.3f, %+.3f]", of.less_everyone.mean, of.less_everyone.low,
                          of.less_everyone.high)
                       .c_str(),
                   of.error, static_cast<long long>(of.users));
  }
  return text.empty() ? text : text + "\n";
}

std::string ExamplesText(const PlanErrorsOutcome& outcome) {
  std::string text;
  for (const PlanErrorsRow& row : outcome.rows) {
    if (row.examples.empty()) continue;
    text += "Examples of " + row.planner + "\n";
    for (const std::string& example : row.examples) text += "  " + example + "\n";
  }
  return text;
}

nlohmann::json CalibrationJson(const std::optional<PlanCalibration>& of) {
  if (!of) return {};
  nlohmann::json bins = nlohmann::json::array();
  for (const ReliabilityBin& bin : of->bins)
    bins.push_back({{"rows", bin.rows}, {"predicted", bin.predicted}, {"observed", bin.observed}});
  return {{"users", of->users},
          {"cross_entropy", of->cross_entropy},
          {"less_everyone", IntervalJson(of->less_everyone)},
          {"error", of->error},
          {"bins", bins}};
}

nlohmann::json RatesJson(const PlanErrorsRow& row) {
  nlohmann::json groups;
  for (size_t g = 0; g < kUserGroups.size(); ++g)
    for (size_t e = 0; e < kPlanErrors.size(); ++e) {
      const ErrorRate& rate = row.rates[g][e];
      const bool has = rate.steps > 0 && rate.users >= 2;
      groups[std::string(kUserGroups[g])][std::string(kPlanErrors[e])] = {
          {"share", has ? IntervalJson(rate.share) : nlohmann::json()},
          {"users", rate.users},
          {"steps", rate.steps}};
    }
  return groups;
}

}  // namespace

std::string PlanErrorsText(const PlanErrorsOutcome& outcome, const std::optional<int64_t>& looks) {
  std::string text;
  for (size_t g = 0; g < kUserGroups.size(); ++g) text += GroupText(outcome, g);
  text += CalibrationText(outcome) + ExamplesText(outcome);
  return text +
         Format(
             "\nShares of the steps in which an error could be made, 95%% intervals; %lld %s "
             "users x %lld seeds, task %s, plan size %lld.\n",
             static_cast<long long>(outcome.users), kHeldOutNames[At(outcome.held_out)],
             static_cast<long long>(outcome.seeds), outcome.task.c_str(),
             static_cast<long long>(outcome.plan_size)) +
         LooksText(looks);
}

nlohmann::json PlanErrorsJson(const PlanErrorsOutcome& outcome,
                              const std::optional<int64_t>& looks) {
  nlohmann::json rows = nlohmann::json::array();
  for (const PlanErrorsRow& row : outcome.rows)
    rows.push_back({{"planner", row.planner},
                    {"R_cum", IntervalJson(row.reward)},
                    {"worth", row.worth ? IntervalJson(*row.worth) : nlohmann::json()},
                    {"errors", RatesJson(row)},
                    {"calibration", CalibrationJson(row.calibration)},
                    {"examples", row.examples}});
  return {{"held_out", kHeldOutNames[At(outcome.held_out)]},
          {"task", outcome.task},
          {"plan_size", outcome.plan_size},
          {"users", outcome.users},
          {"seeds", outcome.seeds},
          {"looks", looks ? nlohmann::json(*looks) : nlohmann::json()},
          {"rows", rows}};
}

}  // namespace lerl
