#include "lerl/sim/response/response_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/session_env.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

// Two users of three items; the second has no training row.
struct Log {
  Dataset data = HandMadeDataset({{0}, {0}, {1}}, 2);
  Split split;

  Log() {
    data.user_ids = {"u0", "u1"};
    data.user_offsets = std::vector<int64_t>{0, 4, 6};
    data.items = std::vector<int32_t>{0, 1, 2, 0, 1, 2};
    data.times_ms = std::vector<int64_t>(6);
    data.responses = {std::vector<uint8_t>{1, 0, 1, 0, 1, 1}};
    split.mode = "user_order";
    split.train_end = {2, 4};
    split.valid_end = {3, 4};
  }
};

TEST(PredictPart, ReadsTheRowsOfThePartAndTellsWhoHasAPast) {
  const Log log;
  const FixedResponse model({0.0f, 1.0f, 2.0f}, 1);
  const auto test = PredictPart(model, log.data, log.split, Part::kTest);
  EXPECT_EQ(test.targets, (std::vector<uint8_t>{0, 1, 1}));
  EXPECT_EQ(test.with_past, (std::vector<uint8_t>{1, 0, 0}));
  EXPECT_NEAR(test.probabilities[2], 1 / (1 + std::exp(-2.0)), 1e-6);
  const auto valid = PredictPart(model, log.data, log.split, Part::kValidation);
  EXPECT_EQ(valid.targets, (std::vector<uint8_t>{1}));
  EXPECT_EQ(PredictPart(model, log.data, log.split, Part::kTest, 1).targets.size(), 1u);
}

TEST(ResponseReport, ReportsUsersWithAndWithoutAPastApart) {
  const Log log;
  const FixedResponse model({0.0f, 1.0f, 2.0f}, 1);
  const auto reports = ReportOf(PredictPart(model, log.data, log.split, Part::kTest), log.data);
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[0].rows, 3);
  EXPECT_NEAR(reports[0].base_rate, 2.0 / 3, 1e-12);
  EXPECT_EQ(reports[0].auc, 1);
  EXPECT_EQ(reports[1].group, "with past");
  EXPECT_EQ(reports[1].rows, 1);
  EXPECT_TRUE(std::isnan(reports[1].auc));
  EXPECT_EQ(reports[2].rows, 2);
  EXPECT_EQ(reports[0].bins.size(), 10u);
}

struct Played {
  Dataset data = MakeSyntheticDataset({});
  Split split = MakeSplit(data, {});
  EnvConfig config;
  Played() { config.rho = 0; }
  Spread Of(std::vector<float> logits) {
    const FixedResponse model(std::move(logits), 1);
    SessionEnv env(data, split, model, {}, config, 1, 1);
    return MeasureSpread(split, env);
  }
};

TEST(Spread, IsOneWhereAllItemsAreAlikeAndLargeWhereTheyAreNot) {
  Played played;
  std::vector<float> logits(At(played.data.num_items()));
  EXPECT_NEAR(played.Of(logits).ratio(), 1, 1e-6);
  for (size_t i = 0; i < logits.size(); ++i) logits[i] = i % 2 == 0 ? 3.0f : -3.0f;
  const Spread spread = played.Of(logits);
  EXPECT_NEAR(spread.random, 0.5, 0.1);
  EXPECT_NEAR(spread.oracle, 1 / (1 + std::exp(-3.0)), 0.05);
  EXPECT_EQ(spread.users, std::ssize(played.split.valid_users));
}

TEST(Spread, BelowItsLeastStopsInOneSentence) {
  ResponseReport report;
  report.model = "mf";
  report.spread = {.users = 10, .random = 0.5, .oracle = 0.6};
  try {
    RequireSpread(report, "ml-100k");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    EXPECT_NE(std::string(error.what()).find("1.20"), std::string::npos);
  }
  report.spread.oracle = 0.7;
  RequireSpread(report, "ml-100k");
}

TEST(ResponseReport, WritesWhatCannotBeMeasuredAsNull) {
  const Log log;
  const FixedResponse model({0.0f, 1.0f, 2.0f}, 1);
  ResponseReport report;
  report.behaviours = ReportOf(PredictPart(model, log.data, log.split, Part::kTest), log.data);
  const nlohmann::json json = ToJson(report);
  EXPECT_TRUE(json["behaviours"][1]["auc"].is_null());
  EXPECT_EQ(json["behaviours"][0]["rows"], 3);
  EXPECT_NE(ReportText(report).find("without past"), std::string::npos);
}

}  // namespace
}  // namespace lerl
