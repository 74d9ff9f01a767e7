#include "lerl/eval/audit/wishes_table.h"

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/eval/audit/format.h"
#include "lerl/eval/interval_json.h"
#include "lerl/eval/ledger.h"

namespace lerl {
namespace {

constexpr size_t kShares = 3;  // of the figures: those that have their interval in the text

const char* PhrasingsSpoken(HeldOut held_out) {
  return held_out == HeldOut::kValidation ? "learning" : "held-out";
}

}  // namespace

nlohmann::json WishesJson(const WishesOutcome& outcome, const std::optional<int64_t>& looks) {
  nlohmann::json rows = nlohmann::json::array();
  for (const WishesRow& row : outcome.rows) {
    nlohmann::json of_row = {
        {"row", row.label}, {"planner", row.planner}, {"seconds", row.seconds}};
    for (size_t f = 0; f < kWishFigures.size(); ++f)
      of_row[std::string(kWishFigures[f])] = IntervalJson(CrossedInterval(row.figures[f]));
    rows.push_back(std::move(of_row));
  }
  return {{"held_out", kHeldOutNames[At(outcome.held_out)]},
          {"phrasings", PhrasingsSpoken(outcome.held_out)},
          {"looks", looks ? nlohmann::json(*looks) : nlohmann::json()},
          {"users", outcome.users},
          {"seeds", outcome.seeds},
          {"wishes", outcome.wishes},
          {"rows", rows}};
}

std::string WishesText(const WishesOutcome& outcome, const std::optional<int64_t>& looks) {
  std::string text = Format("%-18s", "reader");
  for (size_t f = 0; f < kWishFigures.size(); ++f)
    text += Format(f < kShares ? "%-16s" : "%8s", kWishFigures[f].data());
  text += "  ms/wish\n";
  for (const WishesRow& row : outcome.rows) {
    text += Format("%-18s", row.label.c_str());
    for (size_t f = 0; f < kWishFigures.size(); ++f) {
      const Interval figure = CrossedInterval(row.figures[f]);
      text += f < kShares ? Format("%.2f [%.2f, %.2f]", figure.mean, figure.low, figure.high) + " "
                          : Format("%8.2f", figure.mean);
    }
    text += Format("%9.2f\n", 1000 * row.seconds);
  }
  return text +
         Format("\n%lld wishes of %lld %s users under %lld seeds, in %s phrasings.\n",
                static_cast<long long>(outcome.wishes), static_cast<long long>(outcome.users),
                kHeldOutNames[At(outcome.held_out)], static_cast<long long>(outcome.seeds),
                PhrasingsSpoken(outcome.held_out)) +
         LooksText(looks);
}

}  // namespace lerl
