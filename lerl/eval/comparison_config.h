#pragma once
// The settings of a comparison: its rows, each a configuration laid over one base.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/eval/claims.h"
#include "lerl/eval/metrics/registry.h"
#include "lerl/train/run_config.h"

namespace lerl {

struct ComparisonRow {
  std::string label;
  RunConfig config;                      // by which its runs are trained
  std::optional<RunConfig> judged = {};  // by which they play held-out users, where that differs

  const RunConfig& play() const { return judged ? *judged : config; }
};

struct ComparisonConfig {
  std::string title = "Comparison";
  std::string base;  // configuration that all rows start from
  std::vector<std::string> references = {"ppo"};
  std::string claim = "R_cum";
  double margin = kNonInferiorMargin;
  std::vector<std::string> notes;
  std::vector<std::string> metrics;
  int64_t jobs = 2;
  int64_t sample_sessions = 2;
  std::vector<ComparisonRow> rows;  // [[rows]]: a label and settings laid over the base and over
                                    // [settings], which are of all rows; `with` names a file of
                                    // such settings (what `lerl tune` writes)
  std::string text;                 // the configuration as it was read

  void VisitFields(FieldVisitor& visit) {
    visit("title", title, "of the report");
    visit("base", base, "configuration that all rows start from, relative to this file");
    visit("reference", references,
          "labels of the rows that differences are taken against, one or a list; each has a "
          "difference to every other row of its leave rule");
    visit("claim", claim, "metric whose differences are tested and have a verdict", MetricNames());
    visit("margin", margin,
          "of the verdicts 'no worse' and 'the same', as a share of the reference's claimed metric",
          Range{0, 1});
    visit("notes", notes, "sentences for the head of the report");
    visit("metrics", metrics,
          "columns of tables beside T_int, R_cum and R_sin; empty: the usual ones (`lerl list`)",
          MetricNames());
    visit("jobs", jobs, "runs side by side", Range{1, 256});
    visit("sample_sessions", sample_sessions, "users whose sessions the report shows",
          Range{0, 50});
  }
};

// Reads a comparison's file; `sets` are laid over every row. Throws Error(kConfig) when there is no
// base or no row, a row has no label, a label stands twice, a reference is no row or stands twice,
// there is no reference, or a row has other data, seeds or held-out users than the first.
ComparisonConfig ReadComparison(const std::filesystem::path& path,
                                const std::vector<std::string>& sets);

// Hash of the settings that decide which users there are and which of them are held out. How much
// policies know of them and of items counts as the same people.
std::string PeopleHash(const RunConfig& config);

// The leave rule of each row, in words: its rules, with the settings of [env] and [response_model]
// in which it differs from the first row. Only rows with the same words can be compared, since
// their users answer and leave alike.
std::vector<std::string> LeaveRules(const ComparisonConfig& config);

// Cuts seeds, iterations and users so that every row is trained and judged in seconds. This shows
// that a comparison runs; its figures mean nothing.
void CutToSmoke(ComparisonConfig& config);

}  // namespace lerl
