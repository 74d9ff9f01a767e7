#include "lerl/eval/audit/listening_table.h"

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/eval/audit/format.h"
#include "lerl/eval/interval_json.h"
#include "lerl/planner/llm/prior_weight_from_returns.h"

namespace lerl {
namespace {

nlohmann::json GainJson(const Interval& gain, const PairedTest& test) {
  return {{"gain", IntervalJson(gain)}, {"test", test}};
}

nlohmann::json Optional(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

std::string KindOf(const ScriptedErrors& errors) {
  if (errors.share == 0) return "none";
  return Format("%.0f%% %s", 100 * errors.share, errors.systematic ? "mistaken" : "corrupted");
}

std::string GainText(const Interval& gain, const PairedTest& test) {
  return Format("%+6.2f [%+6.2f, %+6.2f] %-8s", gain.mean, gain.low, gain.high,
                std::string(VerdictName(test.verdict)).c_str());
}

std::string BreakEvenText(const std::optional<double>& share) {
  return share ? Format("%.0f%%", 100 * *share)
               : Format("none up to %.0f%%", 100 * kErrorShares[std::size(kErrorShares) - 1]);
}

}  // namespace

nlohmann::json ListeningJson(const ListeningOutcome& outcome) {
  nlohmann::json levels = nlohmann::json::array();
  for (const ListeningLevel& level : outcome.levels)
    levels.push_back({{"share", level.errors.share},
                      {"systematic", level.errors.systematic},
                      {"alignment", level.alignment},
                      {"weight", level.weight},
                      {"always", GainJson(level.always, level.always_test)},
                      {"gated", GainJson(level.gated, level.gated_test)}});
  return {{"held_out", kHeldOutNames[At(outcome.held_out)]},
          {"users", outcome.users},
          {"seeds", outcome.seeds},
          {"family", 2 * outcome.levels.size()},
          {"R_cum of learned", IntervalJson(outcome.learned)},
          {"right_side", outcome.right_side},
          {"break_even",
           {{"corrupted", Optional(outcome.corrupted_break_even)},
            {"mistaken", Optional(outcome.mistaken_break_even)}}},
          {"levels", levels}};
}

std::string ListeningText(const ListeningOutcome& outcome) {
  std::string text =
      Format("%lld %s users, %lld seeds; R_cum of learned %.2f [%.2f, %.2f]\n\n",
             static_cast<long long>(outcome.users), kHeldOutNames[At(outcome.held_out)],
             static_cast<long long>(outcome.seeds), outcome.learned.mean, outcome.learned.low,
             outcome.learned.high) +
      Format("%-16s%-36s%-36s%10s%8s\n", "wrong answers",
             Format("gain, always (w = %.1f)", kAlwaysWeight).c_str(), "gain, gated", "alignment",
             "w");
  for (const ListeningLevel& level : outcome.levels)
    text += Format("%-16s%-36s%-36s%10.1f%8.2f\n", KindOf(level.errors).c_str(),
                   GainText(level.always, level.always_test).c_str(),
                   GainText(level.gated, level.gated_test).c_str(), level.alignment, level.weight);
  text += Format("\nBreak-even: %s corrupted, %s mistaken.\n",
                 BreakEvenText(outcome.corrupted_break_even).c_str(),
                 BreakEvenText(outcome.mistaken_break_even).c_str());
  text += Format(
      "Alignment in the first sessions is above %.1f exactly where listening always pays at %.0f%% "
      "of the levels.\n",
      WeightFromReturns::kProof, 100 * outcome.right_side);
  return text + Format(
                    "Verdicts are of %zu tests, corrected by Holm's method, at a margin of "
                    "%.0f%% of R_cum.",
                    2 * outcome.levels.size(), 100 * kNonInferiorMargin);
}

}  // namespace lerl
