#include "lerl/eval/audit/closed_loop_table.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/eval/evaluation.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

std::string Format(const char* format, auto... values) {
  char text[256];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

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
  const char* verdict = !bar.holds ? "not judged" : *bar.holds ? "holds" : "does not hold";
  return Format("bar (%d) ", bar.number) + SettingText(bar.setting) + ": " +
         PlannerText("llm_grounded", bar.nu) + ", " + bar.what + ": " + IntervalText(bar.figure) +
         Format(", to lie above %.3f: %s\n", bar.at, verdict);
}

std::string GainText(const ModelGain& gain) {
  return SettingText(gain.setting) + ": " + PlannerText("llm_grounded", gain.nu) +
         " less learned: " + IntervalText(gain.difference) + Format(", w %.2f: ", gain.weight) +
         (!gain.adds   ? "not judged\n"
          : *gain.adds ? "the language model adds to the head\n"
                       : "the language model adds nothing over the head\n");
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
  for (const ClosedLoopBar& bar : ClosedLoopBars(rows)) {
    Json line = SettingJson(bar.setting, bar.nu);
    line["bar"] = bar.number;
    line["reference"] = bar.reference;
    line["what"] = bar.what;
    line["figure"] = bar.figure;
    line["above"] = bar.at;
    line["holds"] = bar.holds ? Json(*bar.holds) : Json();
    out["bars"].push_back(line);
  }
  for (const ModelGain& gain : ModelGains(rows)) {
    Json line = SettingJson(gain.setting, gain.nu);
    line["R_cum less learned"] = gain.difference;
    line["adds"] = gain.adds ? Json(*gain.adds) : Json();
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
  const std::vector<ClosedLoopBar> bars = ClosedLoopBars(rows);
  for (const ClosedLoopBar& bar : bars) out += BarText(bar);
  if (!bars.empty() && !bars[0].holds)
    out += Format("bars are judged from %ld seeds x %ld users on\n", kFewestSeeds, kFewestUsers);
  for (const ModelGain& gain : ModelGains(rows)) out += GainText(gain);
  return out +
         Format("%ld prompts to the language model, %.0f s in all\n", Prompts(rows), Seconds(rows));
}

}  // namespace lerl
