#include "lerl/bench/bench.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/base/version.h"

namespace lerl {
namespace {

BenchRow Row(std::optional<double> bar) {
  int call = 0;
  const std::vector<double> figures = {1000, 3, 1, 2};  // the first one warms up
  return Measure("env/x", "user-steps/s", bar, 3, [&] { return figures[At(call++)]; });
}

TEST(Measure, TakesTheMedianAndLeavesTheWarmUpOut) {
  const BenchRow row = Row(2.0);
  EXPECT_EQ(row.value, 2);
  EXPECT_EQ(row.low, 1);
  EXPECT_EQ(row.high, 3);
  EXPECT_TRUE(row.holds());
  EXPECT_FALSE(Row(2.5).holds());
  EXPECT_TRUE(Row({}).holds());
  int call = 0;
  EXPECT_EQ(Measure("a", "s", {}, 2, [&] { return double(call++); }).value, 1.5);
}

TEST(BenchRow, CanStayUnderItsBar) {
  BenchRow row = Row(2.5);
  row.lower_is_better = true;
  EXPECT_TRUE(row.holds());
  row.value = 3;
  EXPECT_FALSE(row.holds());
}

TEST(BenchJson, HoldsWhatProgramsRead) {
  const nlohmann::json json = nlohmann::json::parse(BenchJson({Row(2.0), Row({})}));
  const nlohmann::json& row = json.at("rows").at(0);
  EXPECT_EQ(row.at("name"), "env/x");
  EXPECT_EQ(row.at("value"), 2.0);
  EXPECT_EQ(row.at("unit"), "user-steps/s");
  EXPECT_EQ(row.at("low"), 1.0);
  EXPECT_EQ(row.at("high"), 3.0);
  EXPECT_EQ(row.at("bar"), 2.0);
  EXPECT_EQ(row.at("holds"), true);
  EXPECT_TRUE(json.at("rows").at(1).at("bar").is_null());
  EXPECT_EQ(json.at("commit"), Commit());
  EXPECT_FALSE(json.at("machine").get<std::string>().empty());
}

TEST(BenchJson, GivesARowBack) {
  BenchRow row = Row(2.0);
  row.lower_is_better = true;
  row.note = "small";
  row.peer = "KuaiSim";
  row.peer_value = 191;
  const nlohmann::json json = nlohmann::json::parse(BenchJson({row, Row({})}));
  EXPECT_GT(json.at("gemm_gflops").get<double>(), 0);
  EXPECT_GT(json.at("memory_gbs").get<double>(), 0);
  const BenchRow again = RowOfJson(json.at("rows").at(0)), bare = RowOfJson(json.at("rows").at(1));
  EXPECT_EQ(BenchTable({again}), BenchTable({row}));
  EXPECT_EQ(again.holds(), row.holds());
  EXPECT_FALSE(bare.bar.has_value());
  EXPECT_TRUE(bare.peer.empty());
}

TEST(BenchTable, NamesThePeer) {
  BenchRow row = Row({});
  row.peer = "KuaiSim";
  row.peer_value = 191;
  EXPECT_NE(BenchTable({row}).find("KuaiSim 191"), std::string::npos);
}

TEST(BenchTable, SaysWhichBarIsMissed) {
  EXPECT_NE(BenchTable({Row(2.5)}).find("at least 2.5: MISSED"), std::string::npos);
  EXPECT_NE(BenchTable({Row(1.5)}).find("at least 1.5: holds"), std::string::npos);
}

}  // namespace
}  // namespace lerl
