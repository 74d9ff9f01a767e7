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

// What is claimed, before it is tested.
struct ClaimedBar {
  ClosedLoopBar bar{};
  CrossedSpread spread{};  // of the figure
  bool judged = false, may_hold = true;
};
struct ClaimedGain {
  ModelGain gain{};
  PairedSample sample{};
  bool judged = false;
};

ClaimedBar DifferenceBar(int number, const ClosedLoopRow& row, const ClosedLoopRow& reference,
                         double margin) {
  return {.bar = {.number = number,
                  .setting = row.setting,
                  .nu = row.nu,
                  .reference = reference.planner,
                  .what = "R_cum less " + reference.planner,
                  .figure = ComparePaired(row.reward, reference.reward, true).difference,
                  .at = 0 - margin * std::abs(reference.reward.estimate)},
          .spread = SpreadOf(PairedTable(row.reward, reference.reward)),
          .judged = Enough(row.reward)};
}

// The share of the gap from `plain` to `oracle` that `row` closes: a ratio of sums over users and
// seeds, whose interval follows from the cells of the three rows.
ClaimedBar GapShare(const ClosedLoopRow& row, const ClosedLoopRow& plain,
                    const ClosedLoopRow& oracle) {
  std::vector<SessionValues> by_seed(At(row.reward.seeds));
  const auto users = At(row.reward.users);
  for (size_t i = 0; i < row.reward.cells.size(); ++i) {
    SessionValues& of_seed = by_seed[i / users];
    of_seed.numerator.push_back(row.reward.cells[i] - plain.reward.cells[i]);
    of_seed.denominator.push_back(oracle.reward.cells[i] - plain.reward.cells[i]);
  }
  const CrossedTable share = MakeCrossedTable(by_seed);
  return {.bar = {.number = 3,
                  .setting = row.setting,
                  .reference = plain.planner,
                  .what = "share of the gap from " + plain.planner + " to oracle",
                  .figure = CrossedInterval(share),
                  .at = kGapShare},
          .spread = SpreadOf(share),
          .judged = Enough(row.reward),
          // Where the oracle plan is no better there is no gap, and the share means nothing.
          .may_hold = oracle.reward.estimate > plain.reward.estimate};
}

std::vector<ClaimedBar> ClaimedBars(const std::vector<ClosedLoopRow>& rows) {
  std::vector<ClaimedBar> bars;
  for (const ClosedLoopRow& row : rows) {
    if (!FindPlannerRow(row.planner).weighs_prior) continue;
    const ClosedLoopSetting& setting = row.setting;
    if (setting.task == kLerlTask) {
      if (const ClosedLoopRow* best = BestWithoutModel(rows, setting, true))
        bars.push_back(DifferenceBar(2, row, *best, kNonInferiorMargin));
    } else if (setting.task == kEvolvingTask) {
      const ClosedLoopRow* plain = BestWithoutModel(rows, setting, false);
      const ClosedLoopRow* oracle = RowOf(rows, setting, "oracle");
      if (plain != nullptr && oracle != nullptr) bars.push_back(GapShare(row, *plain, *oracle));
    } else if (const ClosedLoopRow* learned = RowOf(rows, setting, "learned")) {
      bars.push_back(DifferenceBar(4, row, *learned, row.nu >= 0 ? 0 : kNonInferiorMargin));
    }
  }
  std::ranges::stable_sort(bars, {}, [](const ClaimedBar& claimed) { return claimed.bar.number; });
  return bars;
}

std::vector<ClaimedGain> ClaimedGains(const std::vector<ClosedLoopRow>& rows) {
  std::vector<ClaimedGain> gains;
  for (const ClosedLoopRow& row : rows) {
    if (!FindPlannerRow(row.planner).weighs_prior) continue;
    const ClosedLoopRow* learned = RowOf(rows, row.setting, "learned");
    if (learned == nullptr) continue;
    ModelGain gain{.setting = row.setting,
                   .nu = row.nu,
                   .difference = ComparePaired(row.reward, learned->reward, true).difference};
    for (const auto& [name, value] : row.figures)
      if (name == kWeightFigure) gain.weight = value;
    gains.push_back({.gain = gain,
                     .sample = {.paired = SpreadOf(PairedTable(row.reward, learned->reward)),
                                .reference = learned->reward.estimate},
                     .judged = Enough(row.reward)});
  }
  return gains;
}

}  // namespace

ClosedLoopClaims JudgeClosedLoop(const std::vector<ClosedLoopRow>& rows) {
  std::vector<ClaimedBar> bars = ClaimedBars(rows);
  std::vector<ClaimedGain> gains = ClaimedGains(rows);
  // 1. All that is judged, as one family.
  std::vector<PairedSample> family;
  for (const ClaimedBar& claimed : bars) {
    if (!claimed.judged) continue;
    PairedSample sample{.paired = claimed.spread};
    sample.paired.mean -= claimed.bar.at;
    family.push_back(sample);
  }
  for (const ClaimedGain& claimed : gains)
    if (claimed.judged) family.push_back(claimed.sample);
  const std::vector<PairedTest> tests = TestFamily(family, kNonInferiorMargin);
  // 2. Each where it belongs.
  ClosedLoopClaims claims{.family = std::ssize(tests)};
  size_t next = 0;
  for (ClaimedBar& claimed : bars) {
    if (claimed.judged) {
      const PairedTest& test = tests[next++];
      claimed.bar.p = test.corrected.difference;
      claimed.bar.holds = claimed.may_hold && test.verdict == Verdict::kBetter;
    }
    claims.bars.push_back(claimed.bar);
  }
  for (ClaimedGain& claimed : gains) {
    if (claimed.judged) claimed.gain.test = tests[next++];
    claims.gains.push_back(claimed.gain);
  }
  return claims;
}

}  // namespace lerl
