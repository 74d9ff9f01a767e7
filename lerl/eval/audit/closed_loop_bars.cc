#include "lerl/eval/audit/closed_loop_bars.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/planner/llm/llm_grounded_planner.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

// nullptr where it did not play.
const ClosedLoopRow* RowOf(const std::vector<ClosedLoopRow>& rows, const ClosedLoopSetting& setting,
                           const std::string& planner) {
  for (const ClosedLoopRow& row : rows)
    if (row.setting == setting && row.planner == planner && row.nu < 0) return &row;
  return nullptr;
}

// The row with the highest R_cum among those that neither ask nor are oracles; those that learn
// count where `may_learn`. nullptr where no such planner played.
const ClosedLoopRow* BestWithoutModel(const std::vector<ClosedLoopRow>& rows,
                                      const ClosedLoopSetting& setting, bool may_learn) {
  const ClosedLoopRow* best = nullptr;
  for (const ClosedLoopRow& row : rows) {
    if (row.setting != setting || row.asks || row.oracle || (row.learns && !may_learn)) continue;
    if (best == nullptr || row.reward.estimate > best->reward.estimate) best = &row;
  }
  return best;
}

bool Enough(const CrossedTable& table) {
  return table.seeds >= kFewestSeeds && table.users >= kFewestUsers;
}

ClosedLoopBar Judged(ClosedLoopBar bar, const CrossedTable& table) {
  if (Enough(table)) bar.holds = bar.figure.low > bar.at;
  return bar;
}

ClosedLoopBar Difference(int number, const ClosedLoopRow& row, const ClosedLoopRow& reference,
                         double margin) {
  return Judged({.number = number,
                 .setting = row.setting,
                 .nu = row.nu,
                 .reference = reference.planner,
                 .what = "R_cum less " + reference.planner,
                 .figure = ComparePaired(row.reward, reference.reward, true).difference,
                 .at = 0 - margin * std::abs(reference.reward.estimate)},
                row.reward);
}

// The share of the gap from `plain` to `oracle` that `row` closes: a ratio of sums over users and
// seeds, whose interval follows from the cells of the three rows.
ClosedLoopBar GapShare(const ClosedLoopRow& row, const ClosedLoopRow& plain,
                       const ClosedLoopRow& oracle) {
  std::vector<SessionValues> by_seed(At(row.reward.seeds));
  const auto users = At(row.reward.users);
  for (size_t i = 0; i < row.reward.cells.size(); ++i) {
    SessionValues& of_seed = by_seed[i / users];
    of_seed.numerator.push_back(row.reward.cells[i] - plain.reward.cells[i]);
    of_seed.denominator.push_back(oracle.reward.cells[i] - plain.reward.cells[i]);
  }
  ClosedLoopBar bar{.number = 3,
                    .setting = row.setting,
                    .reference = plain.planner,
                    .what = "share of the gap from " + plain.planner + " to oracle",
                    .figure = CrossedInterval(MakeCrossedTable(by_seed)),
                    .at = kGapShare};
  bar = Judged(bar, row.reward);
  // Where the oracle plan is no better there is no gap, and the share means nothing.
  if (bar.holds && oracle.reward.estimate <= plain.reward.estimate) bar.holds = false;
  return bar;
}

}  // namespace

std::vector<ClosedLoopBar> ClosedLoopBars(const std::vector<ClosedLoopRow>& rows) {
  std::vector<ClosedLoopBar> bars;
  for (const ClosedLoopRow& row : rows) {
    if (!FindPlannerRow(row.planner).weighs_prior) continue;
    const ClosedLoopSetting& setting = row.setting;
    if (setting.task == kLerlTask) {
      if (const ClosedLoopRow* best = BestWithoutModel(rows, setting, true))
        bars.push_back(Difference(2, row, *best, kNonInferiorMargin));
    } else if (setting.task == kEvolvingTask) {
      const ClosedLoopRow* plain = BestWithoutModel(rows, setting, false);
      const ClosedLoopRow* oracle = RowOf(rows, setting, "oracle");
      if (plain != nullptr && oracle != nullptr) bars.push_back(GapShare(row, *plain, *oracle));
    } else if (const ClosedLoopRow* learned = RowOf(rows, setting, "learned")) {
      bars.push_back(Difference(4, row, *learned, row.nu >= 0 ? 0 : kNonInferiorMargin));
    }
  }
  std::stable_sort(bars.begin(), bars.end(), [](const ClosedLoopBar& a, const ClosedLoopBar& b) {
    return a.number < b.number;
  });
  return bars;
}

std::vector<ModelGain> ModelGains(const std::vector<ClosedLoopRow>& rows) {
  std::vector<ModelGain> gains;
  for (const ClosedLoopRow& row : rows) {
    if (!FindPlannerRow(row.planner).weighs_prior) continue;
    const ClosedLoopRow* learned = RowOf(rows, row.setting, "learned");
    if (learned == nullptr) continue;
    const PairedComparison compared = ComparePaired(row.reward, learned->reward, true);
    ModelGain gain{.setting = row.setting, .nu = row.nu, .difference = compared.difference};
    if (Enough(row.reward)) gain.adds = compared.better;
    for (const auto& [name, value] : row.figures)
      if (name == kWeightFigure) gain.weight = value;
    gains.push_back(gain);
  }
  return gains;
}

}  // namespace lerl
