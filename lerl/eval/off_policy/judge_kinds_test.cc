#include "lerl/eval/off_policy/judge_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/logged_worlds.h"

namespace lerl {
namespace {

using testing::HasSubstr;

TEST(JudgeByDecisions, NeedsAllProbabilitiesForAModel) {
  KnownLog known = KnownDecisions(100, 1);
  known.policy.distributions.clear();
  known.policy.distribution.clear();
  const PolicyJudgement judged = JudgeByDecisions(known.log, {}, known.policy, {});
  EXPECT_TRUE(judged.Find("snips")->bootstrap.has_value());
  EXPECT_THAT(judged.Find("dr")->refusal, HasSubstr("of the logged action alone"));
  EXPECT_EQ(judged.unseen, std::nullopt);
  EXPECT_EQ(judged.Find("no such estimator"), nullptr);
}

// The policy shows with .7 what the log never shows: its weights are .3 on average, and no model
// has seen it.
TEST(JudgeByDecisions, RefusesWithoutSupport) {
  KnownLog known = KnownDecisions(100, 1);
  known.log.actions.push_back("d");
  for (std::vector<double>& pi : known.policy.distributions) {
    for (double& p : pi) p *= .3;
    pi.push_back(.7);
  }
  for (double& p : known.policy.of_logged) p *= .3;
  const PolicyJudgement judged =
      JudgeByDecisions(known.log, FitSharedModels(known.log, {}), known.policy, {});
  EXPECT_NEAR(judged.unseen.value_or(0), .7, 1e-12);
  for (const LogEstimate& estimate : judged.estimates) EXPECT_NE(estimate.refusal, "");
  EXPECT_THAT(judged.Find("ips")->refusal, HasSubstr("there is no support"));
  EXPECT_THAT(judged.Find("dm")->refusal, HasSubstr("70% of the policy's choices"));
  EXPECT_FALSE(judged.at_worst.has_value());
}

TEST(JudgeByDecisions, BoundsAreAsWideAsTheWeightsMayBe) {
  const KnownLog known = KnownDecisions(100, 1);
  const SharedModels models = FitSharedModels(known.log, {});
  const auto width = [&](const JudgeLogConfig& config) {
    const PolicyJudgement judged = JudgeByDecisions(known.log, models, known.policy, config);
    const Interval interval = judged.Find("ips")->hoeffding.value_or(Interval{});
    return interval.high - interval.low;
  };
  // The largest probability .6 over the smallest .2; with half of the latter twice as wide.
  EXPECT_NEAR(width({.least_propensity = .1}), 2 * width({}), 1e-12);
  EXPECT_NEAR(width({.rewards = RewardRange{0, 3}}), 3 * width({}), 1e-12);
}

TEST(JudgeBySessions, SaysWhatStatesAreNeededFor) {
  KnownLog known = KnownSessions(100, 1, 1);
  known.log.state.clear();
  known.log.states = 0;
  const PolicyJudgement judged = JudgeBySessions(known.log, known.policy, {});
  EXPECT_THAT(judged.Find("marginalised")->refusal, HasSubstr("no states"));
  EXPECT_TRUE(judged.Find("fqe")->bootstrap.has_value());
  EXPECT_TRUE(judged.Find("dr")->bootstrap.has_value());
}

TEST(JudgeBySlates, TheFormOfTheLogSaysWhatCanBeGiven) {
  const KnownLog known = KnownSlates(200, 1);
  const auto judge = [&](SlateForm form) {
    return JudgeBySlates(known.log, known.policy, {.slates = form});
  };
  EXPECT_TRUE(judge(SlateForm::kDrawn).Find("pseudo_inverse")->bootstrap.has_value());
  EXPECT_THAT(judge(SlateForm::kSequential).Find("pseudo_inverse")->refusal,
              HasSubstr("given the items above"));
  // Read as if each position were drawn for itself, the weights give away that they were not.
  EXPECT_THAT(judge(SlateForm::kProduct).Find("pseudo_inverse")->refusal, HasSubstr("would be 1"));
}

}  // namespace
}  // namespace lerl
