#include "lerl/serve/api/apprentice_json.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using Json = nlohmann::json;

TEST(ApprenticeJson, ShowsAnApprenticeBeforeAndAfterItServes) {
  EXPECT_EQ(ApprenticeJson(std::nullopt), Json());
  ApprenticeStatus status{.policy = "p", .version = "v", .needed = 0.75, .smallest = 2};
  Json expected = {{"policy", "p"},    {"version", "v"},       {"serves", false},
                   {"since", nullptr}, {"needed", 0.75},       {"smallest", 2},
                   {"users", 0},       {"agreement", nullptr}, {"interval", nullptr}};
  EXPECT_EQ(ApprenticeJson(status), expected);
  status.serves = true;
  status.users = 3;
  status.agreement = 0.875;
  status.interval = Interval{.mean = 0.875, .low = 0.8125, .high = 1};
  status.decision = DecisionRecord{.experiment = "apprentice 1",
                                   .policy = "p",
                                   .outcome = "agrees",
                                   .decided_us = 1'772'366'400'000'000};
  expected.update({{"serves", true},
                   {"since", "2026-03-01T12:00:00.000000Z"},
                   {"users", 3},
                   {"agreement", 0.875},
                   {"interval", {{"mean", 0.875}, {"low", 0.8125}, {"high", 1.0}}}});
  EXPECT_EQ(ApprenticeJson(status), expected);
}

TEST(ApprenticeJson, SetsFigures) {
  Metrics metrics;
  SetApprenticeMetrics({.policy = "p", .serves = true, .users = 3, .agreement = 0.5}, metrics);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, testing::HasSubstr("lerl_apprentice_serves{policy=\"p\"} 1\n"));
  EXPECT_THAT(text, testing::HasSubstr("lerl_apprentice_users{policy=\"p\"} 3\n"));
  EXPECT_THAT(text, testing::HasSubstr("lerl_apprentice_agreement{policy=\"p\"} 0.5\n"));
}

}  // namespace
}  // namespace lerl
