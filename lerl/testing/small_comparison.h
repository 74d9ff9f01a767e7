#pragma once
// For tests: a comparison of four rows on the tiny data set, in a folder of its own.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/eval/comparison_config.h"
#include "lerl/testing/small_world.h"

namespace lerl {

inline constexpr char kComparisonRows[] = R"(title = "Tiny"
base = "base.toml"
reference = "ppo"
jobs = 2
notes = ["A note."]
metrics = ["novelty", "exposure_gini"]
[[rows]]
label = "ppo"
[[rows]]
label = "ppo, re-ordered"
evaluation.reorder = true
[[rows]]
label = "planned"
planner.name = "round_robin"
[[rows]]
label = "random"
agent.name = "random"
)";

class ComparisonTest : public ::testing::Test {
 protected:
  ComparisonTest() {
    WriteTinyCsv(folder_);
    folder_.Write("base.toml", kTinyConfig);
    Progress::SetQuiet(true);
    SetLogQuiet(true);
  }

  ComparisonConfig Read(const std::string& rows = kComparisonRows,
                        const std::vector<std::string>& sets = {}) const {
    return ReadComparison(folder_.Write("rows.toml", rows), sets);
  }
  std::string Refusal(const std::string& rows) const {
    return ErrorOf(ErrorKind::kConfig, [&] { Read(rows); });
  }

  const TestFolder folder_;
  const ScopedVariable cache_{"LERL_CACHE_DIR", (folder_.path() / "cache").string()};
};

}  // namespace lerl
