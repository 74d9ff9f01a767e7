#include "lerl/eval/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/cells/memory_cells.h"
#include "lerl/eval/tables/comparison_table.h"
#include "lerl/testing/small_comparison.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Comparison : public ComparisonTest {
 protected:
  // Every file below the output folder with the time of its last writing.
  std::map<std::string, fs::file_time_type> Files() const {
    std::map<std::string, fs::file_time_type> files;
    for (const auto& entry : fs::recursive_directory_iterator(out_))
      if (entry.is_regular_file())
        files[fs::relative(entry.path(), out_).string()] = entry.last_write_time();
    return files;
  }

  // Results without what differs from time to time.
  static nlohmann::json WithoutCost(const fs::path& path) {
    nlohmann::json rows = nlohmann::json::parse(ReadFile(path));
    for (nlohmann::json& row : rows) {
      row.erase("steps_per_second");
      row.erase("training_seconds");
      row.erase("memory_mb");
    }
    return rows;
  }

  const fs::path out_ = folder_.path() / "out";
};

TEST_F(Comparison, TrainsOncePerRunAndWritesResultsAndReport) {
  const ComparisonConfig config = Read();
  const ComparisonOutcome outcome = RunComparison(config, out_);
  EXPECT_TRUE(outcome.finished());
  ASSERT_EQ(outcome.rows.size(), 4);
  size_t groups = 0;
  for (const auto& entry : fs::directory_iterator(out_)) groups += entry.is_directory();
  EXPECT_EQ(groups, 3) << "the first two rows share their runs";
  EXPECT_EQ(GroupFolder(out_, config.rows[0].config), GroupFolder(out_, config.rows[1].config));

  const nlohmann::json results = nlohmann::json::parse(ReadFile(out_ / "results.json"));
  ASSERT_EQ(results.size(), 4);
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(results[row].at("policy"), config.rows[row].label);
    EXPECT_EQ(results[row].at("users"), outcome.rows[0].users);
    EXPECT_EQ(results[row].at("seeds"), (std::vector<int64_t>{1, 2}));
    EXPECT_EQ(results[row].at("config_hash"), RowHash(config.rows[row].config));
    EXPECT_EQ(results[row].at("differences").empty(), row == 0);
  }
  EXPECT_EQ(outcome.report, out_ / "report.html");
  EXPECT_GT(fs::file_size(out_ / "report.html"), 1000);
  EXPECT_TRUE(fs::exists(out_ / "report.json"));
  EXPECT_EQ(results[0].at("runs"), GroupFolder("", config.rows[0].config).string());
  const std::string users = ReadFile(out_ / "users.csv");
  EXPECT_EQ(std::ranges::count(users, '\n'), 1 + 4 * 2 * outcome.rows[0].users);
}

TEST_F(Comparison, SaysWhomItPlayedAndCountsTheLooksAtThem) {
  const std::vector<std::string> sets = {"split.train_users=0.4", "split.valid_users=0.1"};
  const ComparisonConfig config = Read(kComparisonRows, sets);
  const auto looks = [&](const ComparisonConfig& compared, HeldOut held_out) {
    const ComparisonOutcome outcome = RunComparison(compared, out_, {.held_out = held_out});
    for (const EvaluationResult& row : outcome.rows) {
      EXPECT_EQ(row.held_out, held_out);
      EXPECT_EQ(row.looks, outcome.rows[0].looks);
    }
    const nlohmann::json results = nlohmann::json::parse(ReadFile(out_ / "results.json"));
    EXPECT_EQ(results[0]["held_out"], kHeldOutNames[static_cast<size_t>(held_out)]);
    return outcome.rows[0].looks;
  };
  EXPECT_EQ(looks(config, HeldOut::kValidation), std::nullopt);
  EXPECT_FALSE(fs::exists(out_ / "looks.jsonl"));
  EXPECT_EQ(looks(config, HeldOut::kTest), 1);
  EXPECT_EQ(looks(config, HeldOut::kTest), 1) << "the same figures again";
  EXPECT_EQ(looks(config, HeldOut::kSealed), 1);
  std::vector<std::string> other = sets;
  other.emplace_back("planner.plan_size=1");
  EXPECT_EQ(looks(Read(kComparisonRows, other), HeldOut::kTest), 2);
}

TEST_F(Comparison, RefusesHeldOutUsersThatThereAreNot) {
  const ComparisonConfig config = Read();
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                      [&] { RunComparison(config, out_, {.held_out = HeldOut::kSealed}); }),
              HasSubstr("no sealed users"));
}

TEST_F(Comparison, RepeatsNoRunAndNoSessionTheSecondTime) {
  const ComparisonConfig config = Read();
  RunComparison(config, out_);
  const auto before = Files();
  const std::string results = ReadFile(out_ / "results.json");
  EXPECT_TRUE(RunComparison(config, out_).finished());
  EXPECT_EQ(ReadFile(out_ / "results.json"), results);
  for (const auto& [name, time] : Files()) {
    if (name == "results.json" || name.starts_with("figures.") || name == "users.csv" ||
        name == "looks.jsonl" || name.starts_with("report."))
      continue;
    ASSERT_TRUE(before.contains(name)) << name;
    EXPECT_EQ(before.at(name), time) << name;
  }
}

// Makes the run of a row's first seed look as if another program had trained it.
void StampAs(const fs::path& folder, const std::string& commit) {
  nlohmann::json run = ReadRunFile(folder).value();
  run["commits"] = {commit};
  run["behaviour"] = "another";
  WriteRunFile(folder, run);
}

TEST_F(Comparison, MakesStaleRunsAnewUnlessTheyAreToBeReusedAndMarked) {
  const ComparisonConfig config = Read();
  RunComparison(config, out_);
  const nlohmann::json fresh = WithoutCost(out_ / "results.json");
  const fs::path folder = SeedFolder(GroupFolder(out_, config.rows[2].config), 1);
  StampAs(folder, "abc");
  const ComparisonOutcome reused = RunComparison(config, out_, {.reuse_stale = true});
  EXPECT_EQ(reused.rows[0].stale, "");
  EXPECT_EQ(reused.rows[2].stale, "trained at abc");
  EXPECT_EQ(nlohmann::json::parse(ReadFile(out_ / "results.json"))[2]["stale"], "trained at abc");
  EXPECT_THAT(ComparisonTable(reused.rows, {"ppo"}, {}), HasSubstr("planned (stale)"));
  EXPECT_FALSE(fs::exists(folder.string() + ".stale"));
  RunComparison(config, out_);
  EXPECT_EQ(WithoutCost(out_ / "results.json"), fresh);
  EXPECT_EQ(ReadRunFile(folder.string() + ".stale").value()["commits"][0], "abc");
  EXPECT_EQ(StaleRun(folder, config.rows[2].config, ReadRunFile(folder).value()["dataset"], 1), "");
}

TEST_F(Comparison, GivesTheSameResultsWithAnyNumberOfJobs) {
  ComparisonConfig config = Read();
  RunComparison(config, out_);
  config.jobs = 1;
  RunComparison(config, folder_.path() / "alone");
  EXPECT_EQ(WithoutCost(out_ / "results.json"), WithoutCost(folder_.path() / "alone/results.json"));
  EXPECT_EQ(ReadFile(out_ / "figures.json"), ReadFile(folder_.path() / "alone/figures.json"));
  EXPECT_EQ(ReadFile(out_ / "figures.txt"), ReadFile(folder_.path() / "alone/figures.txt"));
  EXPECT_EQ(WithoutCost(out_ / "figures.json"), WithoutCost(out_ / "results.json"));
  for (const nlohmann::json& row : nlohmann::json::parse(ReadFile(out_ / "figures.json")))
    for (const char* cost : {"steps_per_second", "training_seconds", "memory_mb"})
      EXPECT_TRUE(row.at(cost).is_null());
}

TEST_F(Comparison, PutsItsCellsOnALedgerForOthers) {
  const auto ledger = std::make_shared<MemoryCells>();
  CompareOptions options;
  options.study.open = [ledger] { return ledger; };
  options.study.study.id = "compare:test";
  options.study.launch.by = LaunchBy::kNobody;
  EXPECT_EQ(RunComparison(Read(), out_, options).end, StudyEnd::kPut);
  EXPECT_EQ(ledger->Counts("compare:test").waiting, 6);
  EXPECT_FALSE(fs::exists(out_ / "results.json"));
}

TEST_F(Comparison, RanksRowsAndTellsWhatTheirTrainingCost) {
  const ComparisonOutcome outcome = RunComparison(Read(), out_);
  std::vector<int64_t> ranks;
  for (const EvaluationResult& row : outcome.rows) {
    ranks.push_back(row.rank.value());
    EXPECT_EQ(row.steps_per_second.has_value(), row.policy != "random") << row.policy;
    EXPECT_GT(row.steps_per_second.value_or(2), 1);
    EXPECT_EQ(row.training_seconds.has_value(), row.policy != "random") << row.policy;
    EXPECT_GT(row.training_seconds.value_or(1), 0);
    EXPECT_GT(row.memory_mb.value_or(11), 10);
  }
  EXPECT_THAT(ranks, ::testing::Contains(1));
  for (size_t a = 0; a < ranks.size(); ++a)
    for (size_t b = 0; b < ranks.size(); ++b)
      EXPECT_EQ(ranks[a]<ranks[b], outcome.rows[a].metric("R_cum").mean> outcome.rows[b]
                    .metric("R_cum")
                    .mean);
}

TEST_F(Comparison, HoldsEveryRowOfALeaveRuleAgainstEveryReference) {
  std::string rows = kComparisonRows;
  rows.replace(rows.find("reference = \"ppo\""), 17,
               "reference = [\"ppo\", \"random\", \"planned\"]\nmargin = 0.1");
  rows +=
      "[[rows]]\nlabel = \"other rule\"\nenv.rules = [\"max_steps\"]\nagent.name = \"random\"\n"
      "[[rows]]\nlabel = \"oracle\"\nagent.name = \"greedy\"\n";
  const ComparisonOutcome outcome = RunComparison(Read(rows), out_);
  ASSERT_EQ(outcome.rows.size(), 6);
  std::set<int64_t> families;
  for (const EvaluationResult& row : outcome.rows) {
    for (const char* reference : {"ppo", "random", "planned"}) {
      const PairedDifference* d = row.difference("R_cum", reference);
      const bool compared = row.policy != reference && row.policy != "other rule";
      ASSERT_EQ(d != nullptr, compared) << row.policy << " against " << reference;
      if (!compared) continue;
      ASSERT_TRUE(d->test.has_value());
      families.insert(d->test->family);
      EXPECT_EQ(d->test->relative_margin, 0.1);
      EXPECT_GT(d->test->smallest, 0);
      EXPECT_TRUE(d->improvement.has_value());
      EXPECT_FALSE(row.difference("T_int", reference)->test.has_value()) << "not claimed";
    }
    EXPECT_EQ(row.oracle, row.policy == "oracle");
    EXPECT_EQ(row.rank.has_value(), !row.oracle);
    EXPECT_TRUE(row.interquartile_mean.has_value());
  }
  EXPECT_THAT(families, ElementsAre(12)) << "five rows against three references, less themselves";
  EXPECT_EQ(outcome.rows[4].rank, 1) << "alone under its leave rule";
  // The same question asked from both sides has the same answer.
  const PairedTest& to = *outcome.rows[0].difference("R_cum", "random")->test;
  const PairedTest& from = *outcome.rows[3].difference("R_cum", "ppo")->test;
  EXPECT_DOUBLE_EQ(to.p.difference, from.p.difference);
  EXPECT_DOUBLE_EQ(to.effect_size, -from.effect_size);
}

TEST_F(Comparison, CutShortStillPlaysEveryRowOnTheSameUsersAndSeeds) {
  ComparisonConfig config = Read(kComparisonRows, {"train.seeds=[4,5,6]", "train.iterations=100"});
  CutToSmoke(config);
  EXPECT_THAT(config.title, HasSubstr("smoke"));
  for (const ComparisonRow& row : config.rows) {
    EXPECT_THAT(row.config.train.seeds, ElementsAre(4, 5));
    EXPECT_EQ(row.config.train.iterations, 3);
    EXPECT_EQ(row.config.evaluation.users, 6);
  }
  EXPECT_EQ(RunComparison(config, out_).rows.size(), 4);
}

TEST_F(Comparison, RefusesAFolderThatAnotherOneWrites) {
  const FolderLock lock(out_);
  const ComparisonConfig config = Read();
  EXPECT_THAT(ErrorOf(ErrorKind::kBusy, [&] { RunComparison(config, out_); }),
              HasSubstr(out_.string()));
}

}  // namespace
}  // namespace lerl
