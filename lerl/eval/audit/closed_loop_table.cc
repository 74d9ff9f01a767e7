#include "lerl/eval/audit/closed_loop_table.h"

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/eval/audit/format.h"
#include "lerl/eval/evaluation.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

std::string IntervalText(const Interval& interval, const char* format = "%6.3f") {
  return Format(format, interval.mean) + " [" + Format(format, interval.low) + ", " +
         Format(format, interval.high) + "]";
}

std::string SettingText(const ClosedLoopSetting& setting) {
  return setting.task + ", plan size " + std::to_string(setting.plan_size);
}

std::string PlannerText(const std::string& planner, double nu) {
  return nu < 0 ? planner : Format("%s (scripted, nu %.2f)", planner.c_str(), nu);
}

Json CountsJson(const std::vector<int64_t>& by_origin) {
  Json counts = Json::object();
  for (size_t i = 0; i < by_origin.size(); ++i) counts[kPlanOriginNames[i]] = by_origin[i];
  return counts;
}

Json SettingJson(const ClosedLoopSetting& setting, double nu) {
  return {
      {"task", setting.task}, {"plan_size", setting.plan_size}, {"nu", nu < 0 ? Json() : Json(nu)}};
}

// All prompts but those to the scripted model.
int64_t Prompts(const std::vector<ClosedLoopRow>& rows) {
  int64_t prompts = 0;
  for (const ClosedLoopRow& row : rows) prompts += row.nu < 0 ? row.prompts : 0;
  return prompts;
}

double Seconds(const std::vector<ClosedLoopRow>& rows) {
  double seconds = 0;
  for (const ClosedLoopRow& row : rows) seconds += row.seconds;
  return seconds;
}

std::string RowText(const ClosedLoopRow& row) {
  std::string text = Format("%-32s", PlannerText(row.planner, row.nu).c_str()) +
                     IntervalText(CrossedInterval(row.reward), "%6.2f") + "  " +
                     IntervalText(CrossedInterval(row.length), "%6.2f");
  const auto count = [](const std::vector<int64_t>& plans, PlanOrigin origin) {
    return plans.empty() ? 0L : static_cast<long>(plans[At(origin)]);
  };
  if (row.asks) {
    for (const auto* plans : {&row.plans, &row.practice_plans})
      text += Format("  %ld / %ld / %ld / %ld", count(*plans, PlanOrigin::kFresh),
                     count(*plans, PlanOrigin::kCached), count(*plans, PlanOrigin::kNearest),
                     count(*plans, PlanOrigin::kFallback));
  }
  return text + "\n";
}

std::string BarText(const ClosedLoopBar& bar) {
  std::string verdict = "not judged";
  if (bar.holds) verdict = (*bar.holds ? "holds" : "does not hold") + Format(" (p %.2g)", bar.p);
  return Format("bar (%d) ", bar.number) + SettingText(bar.setting) + ": " +
         PlannerText("llm_grounded", bar.nu) + ", " + bar.what + ": " + IntervalText(bar.figure) +
         Format(", to lie above %.3f: ", bar.at) + verdict + "\n";
}

std::string GainVerdict(const PairedTest& test) {
  const std::string margin = Format("%.3g%%", 100 * test.relative_margin);
  const std::string little =
      test.corrected.same <= kTestLevel ? " (by less than " + margin + ")" : "";
  switch (test.verdict) {
    case Verdict::kBetter:
      return "the language model adds to the head" + little;
    case Verdict::kWorse:
      return "the language model takes from the head" + little;
    case Verdict::kSame:
      return "the same as the head within " + margin;
    case Verdict::kNoWorse:
      return "not worse than the head by " + margin;
    case Verdict::kUnclear:
      break;
  }
  return "unclear whether the language model adds to the head";
}

std::string GainText(const ModelGain& gain) {
  return SettingText(gain.setting) + ": " + PlannerText("llm_grounded", gain.nu) +
         " less learned: " + IntervalText(gain.difference) + Format(", w %.2f: ", gain.weight) +
         (gain.test ? GainVerdict(*gain.test) : "not judged") + "\n";
}

// What the verdicts of bars and gains rest on.
std::string ClaimsText(const ClosedLoopClaims& claims) {
  if (claims.family > 0)
    return Format(
        "The %ld verdicts on bars and gains follow from paired tests, one family, "
        "corrected by Holm's\nmethod at 5%%; intervals are not corrected.\n",
        claims.family);
  if (claims.bars.empty() && claims.gains.empty()) return "";
  return Format("bars and gains are judged from %ld seeds x %ld users on\n", kFewestSeeds,
                kFewestUsers);
}

}  // namespace

Json ClosedLoopJson(const std::vector<ClosedLoopRow>& rows) {
  Json out = {{"held_out", kHeldOutNames[At(rows.at(0).held_out)]},
              {"seeds", rows.at(0).reward.seeds},
              {"users", rows.at(0).reward.users},
              {"prompts", Prompts(rows)},
              {"seconds", Seconds(rows)}};
  for (const ClosedLoopRow& row : rows) {
    Json line = SettingJson(row.setting, row.nu);
    line["planner"] = row.planner;
    line["metrics"] = {{"R_cum", CrossedInterval(row.reward)},
                       {"T_int", CrossedInterval(row.length)}};
    line["plans"] = CountsJson(row.plans);
    line["practice_plans"] = CountsJson(row.practice_plans);
    line["prompts"] = row.prompts;
    line["seconds"] = row.seconds;
    for (const auto& [name, value] : row.figures) line["figures"][name] = value;
    out["rows"].push_back(line);
  }
  const ClosedLoopClaims claims = JudgeClosedLoop(rows);
  out["family"] = claims.family;
  for (const ClosedLoopBar& bar : claims.bars) {
    Json line = SettingJson(bar.setting, bar.nu);
    line["bar"] = bar.number;
    line["reference"] = bar.reference;
    line["what"] = bar.what;
    line["figure"] = bar.figure;
    line["above"] = bar.at;
    line["holds"] = bar.holds ? Json(*bar.holds) : Json();
    line["p_corrected"] = bar.holds ? Json(bar.p) : Json();
    out["bars"].push_back(line);
  }
  for (const ModelGain& gain : claims.gains) {
    Json line = SettingJson(gain.setting, gain.nu);
    line["R_cum less learned"] = gain.difference;
    line["adds"] = gain.test ? Json(gain.test->verdict == Verdict::kBetter) : Json();
    line["test"] = gain.test ? Json(*gain.test) : Json();
    line["weight"] = gain.weight;
    out["model_gains"].push_back(line);
  }
  return out;
}

std::string ClosedLoopText(const std::vector<ClosedLoopRow>& rows) {
  std::string out =
      Format("closed loop: %ld %s users x %ld seeds, low level mmr\n", rows.at(0).reward.users,
             kHeldOutNames[At(rows.at(0).held_out)], rows.at(0).reward.seeds);
  const ClosedLoopSetting* setting = nullptr;
  for (const ClosedLoopRow& row : rows) {
    if (setting == nullptr || !(*setting == row.setting)) {
      setting = &row.setting;
      out += "\n" + Format("%-32s%-24s  %-24s", SettingText(*setting).c_str(), "R_cum", "T_int") +
             "  plans: fresh / cached / nearest / fallback, the same in practice\n";
    }
    out += RowText(row);
  }
  out += "\n";
  const ClosedLoopClaims claims = JudgeClosedLoop(rows);
  for (const ClosedLoopBar& bar : claims.bars) out += BarText(bar);
  for (const ModelGain& gain : claims.gains) out += GainText(gain);
  out += ClaimsText(claims);
  return out +
         Format("%ld prompts to the language model, %.0f s in all\n", Prompts(rows), Seconds(rows));
}

}  // namespace lerl
