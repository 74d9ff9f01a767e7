#include "lerl/eval/sim_audit/audit_light.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace lerl {
namespace {

constexpr LightBounds kHigh{.green = 0.7, .yellow = 0.6};
constexpr LightBounds kLow{.green = 0.05, .yellow = 0.1, .higher_is_better = false};

TEST(AuditLight, IsGreenOnlyWhereTheWholeIntervalIsOnTheRightSideOfYellow) {
  EXPECT_EQ(LightOf(Interval{0.75, 0.65, 0.85}, kHigh), Light::kGreen);
  EXPECT_EQ(LightOf(Interval{0.75, 0.55, 0.95}, kHigh), Light::kYellow);
  EXPECT_EQ(LightOf(Interval{0.65, 0.64, 0.66}, kHigh), Light::kYellow);
  EXPECT_EQ(LightOf(Interval{0.59, 0.4, 0.8}, kHigh), Light::kRed);
}

TEST(AuditLight, TurnsWhereLowerIsBetter) {
  EXPECT_EQ(LightOf(Interval{0.03, 0.01, 0.09}, kLow), Light::kGreen);
  EXPECT_EQ(LightOf(Interval{0.03, 0.01, 0.11}, kLow), Light::kYellow);
  EXPECT_EQ(LightOf(Interval{0.11, 0.01, 0.2}, kLow), Light::kRed);
}

TEST(AuditLight, IsNoneWithoutFigureOrBounds) {
  EXPECT_EQ(LightOf(std::nullopt, kHigh), Light::kNone);
  EXPECT_EQ(LightOf(Interval{1, 1, 1}, std::nullopt), Light::kNone);
  EXPECT_EQ(LightOf(Interval{std::nan(""), 0, 0}, kHigh), Light::kNone);
}

AuditFigure Figure(double value, bool decides) {
  return {.value = Interval{value, value, value}, .bounds = kHigh, .decides = decides};
}

TEST(AuditLight, AnUnfitSimulatorHasARedLightThatDecides) {
  EXPECT_EQ(FitnessOf({Figure(0.8, true)}), Fitness::kFit);
  EXPECT_EQ(FitnessOf({Figure(0.8, true), Figure(0.1, false)}), Fitness::kLimited);
  EXPECT_EQ(FitnessOf({Figure(0.65, true)}), Fitness::kLimited);
  EXPECT_EQ(FitnessOf({Figure(0.8, true), Figure(0.1, true)}), Fitness::kUnfit);
  EXPECT_EQ(FitnessOf({Figure(0.8, false)}), Fitness::kUnfit);  // nothing that decides
}

TEST(AuditLight, StandsInTheJsonWithItsBounds) {
  const nlohmann::json json = FigureJson(Figure(0.65, true));
  EXPECT_EQ(json["light"], "yellow");
  EXPECT_DOUBLE_EQ(json["green"].get<double>(), 0.7);
  EXPECT_TRUE(FigureJson({})["value"].is_null());
  EXPECT_EQ(BoundsText(kLow), "at most 0.05 (yellow 0.10)");
}

}  // namespace
}  // namespace lerl
