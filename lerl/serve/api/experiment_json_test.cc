#include "lerl/serve/api/experiment_json.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using Json = nlohmann::json;

ExperimentStatus StatusExample() {
  ExperimentStatus status{.name = "1", .smallest = 2, .sessions = 30, .arms = {}};
  status.state = ExperimentState::kDecided;
  status.until_us = 1'772'366'400'000'000;
  status.arms.push_back(
      {.policy = "a", .share = 0.9, .share_now = 1, .users = 20, .share_liked = 0.5});
  status.arms.push_back({.policy = "b", .share = 0.1, .share_now = 0});
  status.arms[1].difference = Interval{.mean = -0.25, .low = -0.5, .high = -0.125};
  status.arms[1].decision = DecisionRecord{.experiment = "1",
                                           .policy = "b",
                                           .outcome = "worse",
                                           .decided_us = 1'772'366'400'000'000,
                                           .users = 2,
                                           .first_users = 20,
                                           .difference = -0.25,
                                           .low = -0.5,
                                           .high = -0.125};
  return status;
}

TEST(ExperimentJson, ShowsAnExperiment) {
  const Json difference = {{"mean", -0.25}, {"low", -0.5}, {"high", -0.125}};
  const Json first = {{"policy", "a"},      {"share", 0.9},       {"share_now", 1.0},
                      {"users", 20},        {"share_liked", 0.5}, {"difference", nullptr},
                      {"decision", nullptr}};
  const Json decision = {{"outcome", "worse"},
                         {"at", "2026-03-01T12:00:00.000000Z"},
                         {"users", 2},
                         {"first_users", 20},
                         {"difference", difference}};
  const Json second = {{"policy", "b"},       {"share", 0.1},           {"share_now", 0.0},
                       {"users", 0},          {"share_liked", nullptr}, {"difference", difference},
                       {"decision", decision}};
  const Json expected = {{"name", "1"},
                         {"state", "decided"},
                         {"from", nullptr},
                         {"until", "2026-03-01T12:00:00.000000Z"},
                         {"smallest_experiment", 2},
                         {"sessions", 30},
                         {"counted_until", nullptr},
                         {"policies", {first, second}}};
  EXPECT_EQ(ExperimentJson(StatusExample()), expected);
  EXPECT_EQ(ExperimentJson(std::nullopt), Json());
}

TEST(ExperimentJson, SetsFiguresOfEachPolicy) {
  Metrics metrics;
  SetExperimentMetrics(StatusExample(), metrics);
  SetExperimentMetrics(StatusExample(), metrics);
  EXPECT_THAT(
      metrics.Text(),
      testing::AllOf(
          testing::HasSubstr("lerl_experiment_share{experiment=\"1\",policy=\"a\"} 1\n"),
          testing::HasSubstr("lerl_experiment_users{experiment=\"1\",policy=\"a\"} 20\n"),
          testing::HasSubstr("lerl_experiment_stopped{experiment=\"1\",policy=\"b\"} 1\n"),
          testing::HasSubstr(
              "lerl_experiment_difference{bound=\"low\",experiment=\"1\",policy=\"b\"} -0.5\n")));
}

}  // namespace
}  // namespace lerl
