#include "lerl/eval/audit/listening_audit.h"

#include "lerl/base/check.h"
#include "lerl/base/file.h"
#include "lerl/base/progress.h"
#include "lerl/eval/audit/closed_loop_audit.h"
#include "lerl/planner/llm/llm_grounded_planner.h"
#include "lerl/planner/llm/named_files.h"
#include "lerl/train/cold_start.h"

namespace lerl {
namespace {

// The cells of one planner at one level of errors under all seeds.
struct ListeningRow {
  CrossedTable reward{};
  double alignment = 0, weight = 0;  // mean over seeds
};

class Listening {
 public:
  Listening(const World& world, const RunConfig& config, const ListeningOptions& options)
      : config_(config),
        options_(options),
        cold_(CutHistories(world, config.agent.factors, kColdRows)),
        with_{.world = world,
              .cold = cold_,
              .files = NamedFiles(config.planner.llm),
              .users = options.users,
              .iterations = options.iterations},
        progress_("listening", Cells(), "cells") {}

  // Nothing if a stop was requested.
  std::optional<ListeningRow> Row(ClosedLoopCell cell) {
    std::vector<SessionValues> rewards;
    ListeningRow row;
    cell.setting = {kColdTask, 1};
    for (const int64_t seed : options_.seeds) {
      cell.seed = seed;
      const std::optional<PlayedCell> played = Played(cell);
      if (!played) return std::nullopt;
      progress_.Advance(++played_);
      rewards.push_back({.numerator = played->reward});
      const double seeds = static_cast<double>(options_.seeds.size());
      for (const auto& [name, value] : played->figures) {
        if (name == kAlignmentFigure) row.alignment += value / seeds;
        if (name == kWeightFigure) row.weight += value / seeds;
      }
    }
    row.reward = MakeCrossedTable(rewards);
    return row;
  }

 private:
  int64_t Cells() const {
    const int64_t levels = 2 * std::ssize(kErrorShares) - 1;
    return (1 + 2 * levels) * std::ssize(options_.seeds);
  }

  std::optional<PlayedCell> Played(const ClosedLoopCell& cell) {
    const std::filesystem::path path = options_.out / CellFile(cell, with_.world.judged);
    const std::string key = CellKey(config_, cell, with_);
    std::optional<PlayedCell> played = ReadCell(path, key);
    if (played) return played;
    played = PlayCell(config_, cell, with_);
    if (played) WriteCell(path, *played, key);
    return played;
  }

  const RunConfig& config_;
  const ListeningOptions& options_;
  const World cold_;
  const ClosedLoopPlay with_;
  Progress progress_;
  int64_t played_ = 0;  // cells, or taken from file
};

std::vector<ScriptedErrors> Levels() {
  std::vector<ScriptedErrors> levels;
  for (const bool systematic : {false, true})
    for (const double share : kErrorShares)
      if (share > 0 || !systematic) levels.push_back({.share = share, .systematic = systematic});
  return levels;
}

// The break-even of one kind of errors; that without errors belongs to both.
std::optional<double> BreakEvenOf(const std::vector<ListeningLevel>& levels, bool systematic) {
  std::vector<double> shares, gains;
  for (const ListeningLevel& level : levels) {
    if (level.errors.share > 0 && level.errors.systematic != systematic) continue;
    shares.push_back(level.errors.share);
    gains.push_back(level.always.mean);
  }
  return BreakEven(shares, gains);
}

void Judge(const std::vector<PairedSample>& family, ListeningOutcome& outcome) {
  const std::vector<PairedTest> tests = TestFamily(family, kNonInferiorMargin);
  double right = 0;
  for (size_t i = 0; i < outcome.levels.size(); ++i) {
    ListeningLevel& level = outcome.levels[i];
    level.always_test = tests[2 * i], level.gated_test = tests[2 * i + 1];
    if ((level.alignment > WeightFromReturns::kProof) == (level.always.mean > 0)) ++right;
  }
  outcome.right_side = right / static_cast<double>(outcome.levels.size());
  outcome.corrupted_break_even = BreakEvenOf(outcome.levels, false);
  outcome.mistaken_break_even = BreakEvenOf(outcome.levels, true);
}

}  // namespace

std::optional<double> BreakEven(const std::vector<double>& shares,
                                const std::vector<double>& gains) {
  LERL_CHECK_EQ(shares.size(), gains.size());
  for (size_t i = 0; i < shares.size(); ++i) {
    if (gains[i] > 0) continue;
    if (i == 0) return shares[0];
    return shares[i - 1] + (shares[i] - shares[i - 1]) * gains[i - 1] / (gains[i - 1] - gains[i]);
  }
  return std::nullopt;
}

std::optional<ListeningOutcome> AuditListening(const World& world, const RunConfig& config,
                                               const ListeningOptions& options) {
  LERL_CHECK(world.evolving != nullptr);
  RequireHeldOut(world.split, world.judged);
  const FolderLock lock(options.out);
  Listening study(world, config, options);
  const std::optional<ListeningRow> learned = study.Row({.planner = "learned"});
  if (!learned) return std::nullopt;
  ListeningOutcome outcome{.held_out = world.judged,
                           .users = learned->reward.users,
                           .seeds = learned->reward.seeds,
                           .learned = CrossedInterval(learned->reward),
                           .levels = {}};
  std::vector<PairedSample> family;
  const auto gain = [&](const ListeningRow& row) {
    family.push_back({.paired = SpreadOf(PairedTable(row.reward, learned->reward)),
                      .reference = learned->reward.estimate});
    return ComparePaired(row.reward, learned->reward, true).difference;
  };
  for (const ScriptedErrors& errors : Levels()) {
    ClosedLoopCell cell{.planner = "llm_grounded", .nu = kScriptedNu, .errors = errors};
    const std::optional<ListeningRow> gated = study.Row(cell);
    cell.weight = kAlwaysWeight;
    const std::optional<ListeningRow> always = study.Row(cell);
    if (!gated || !always) return std::nullopt;
    ListeningLevel level{.errors = errors};
    level.always = gain(*always), level.gated = gain(*gated);
    level.alignment = gated->alignment, level.weight = gated->weight;
    outcome.levels.push_back(level);
  }
  Judge(family, outcome);
  return outcome;
}

}  // namespace lerl
