#include "lerl/eval/off_policy/judge_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "lerl/testing/data_files.h"
#include "lerl/testing/logged_worlds.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

bool Holds(const std::optional<Interval>& interval, double truth) {
  return interval && interval->low <= truth && truth <= interval->high;
}

constexpr int kRepetitions = 500;

// In which share of the repetitions an interval of each estimator holds the truth, and how far the
// estimates are off on average. Of bounds the key ends in their name.
struct Coverage {
  std::map<std::string, double> held, given, error;
};

Coverage Repeat(const std::function<KnownLog(uint64_t)>& draw, JudgeLogConfig config) {
  config.resamples = 300;
  config.model_resamples = 100;
  Coverage coverage;
  for (uint64_t seed = 0; seed < kRepetitions; ++seed) {
    const KnownLog known = draw(seed);
    const double truth = known.policy.truth.value_or(0);
    const LogJudgement judgement = JudgeLog(known.log, {known.policy}, config);
    for (const LogEstimate& estimate : judgement.policies[0].estimates) {
      if (!estimate.bootstrap) continue;
      coverage.given[estimate.name] += 1;
      coverage.held[estimate.name] += Holds(estimate.bootstrap, truth);
      coverage.error[estimate.name] += (estimate.bootstrap->mean - truth) / kRepetitions;
      if (!estimate.hoeffding) continue;
      coverage.held[estimate.name + " Hoeffding"] += Holds(estimate.hoeffding, truth);
      coverage.held[estimate.name + " Bernstein"] += Holds(estimate.bernstein, truth);
    }
  }
  return coverage;
}

// 95% intervals of the bootstrap hold the truth in 92 to 98 of 100 logs, and bounds in 95 or more.
void ExpectCovered(const Coverage& coverage) {
  for (const auto& [name, held] : coverage.held) {
    const bool bound = name.ends_with("Hoeffding") || name.ends_with("Bernstein");
    const std::string of = bound ? name.substr(0, name.rfind(' ')) : name;
    const double given = coverage.given.at(of), share = held / given;
    EXPECT_GE(given, .98 * kRepetitions) << name;
    EXPECT_GE(share, bound ? .95 : .92) << name;
    EXPECT_LE(share, bound ? 1 : .98) << name;
  }
}

TEST(JudgeLog, IntervalsOfDecisionsHoldTheTruth) {
  const Coverage coverage =
      Repeat([](uint64_t seed) { return KnownDecisions(300, seed); }, {.model = {.l2 = .1}});
  EXPECT_EQ(coverage.held.size(), 8u + 2 * 5);
  ExpectCovered(coverage);
  for (const auto& [name, error] : coverage.error) EXPECT_NEAR(error, 0, .005) << name;
}

TEST(JudgeLog, IntervalsOfSessionsHoldTheTruth) {
  const Coverage coverage =
      Repeat([](uint64_t seed) { return KnownSessions(250, .9, seed); }, {.gamma = .9});
  EXPECT_EQ(coverage.held.size(), 8u + 2 * 2);
  ExpectCovered(coverage);
  for (const auto& [name, error] : coverage.error) EXPECT_NEAR(error, 0, .02) << name;
}

TEST(JudgeLog, IntervalsOfSlatesHoldTheTruth) {
  const Coverage coverage =
      Repeat([](uint64_t seed) { return KnownSlates(400, seed); }, {.slates = SlateForm::kDrawn});
  EXPECT_EQ(coverage.held.size(), 6u);
  ExpectCovered(coverage);
  for (const auto& [name, error] : coverage.error) EXPECT_NEAR(error, 0, .01) << name;
}

// A policy that does what was logged is worth what was logged, by every estimator that weighs.
TEST(JudgeLog, TheLoggedPolicyIsWorthWhatWasLogged) {
  KnownLog known = KnownDecisions(200, 1);
  known.policy.of_logged = known.log.propensity;
  const LogJudgement judgement = JudgeLog(known.log, {known.policy}, {});
  for (const char* name : {"ips", "snips", "clipped"})
    EXPECT_NEAR(judgement.policies[0].Find(name)->bootstrap->mean, judgement.logged.mean, 1e-12);
  EXPECT_NEAR(judgement.policies[0].diagnostics[0].found.effective, 400, 1e-9);
}

TEST(JudgeLog, RanksPoliciesAndSaysHowWell) {
  KnownLog known = KnownDecisions(500, 3);
  JudgedPolicy worse = known.policy;
  worse.name = "worse";
  worse.distributions = {{.8, .1, .1}, {.8, .1, .1}};
  for (size_t n = 0; n < worse.of_logged.size(); ++n)
    worse.of_logged[n] = worse.distributions[0][At(known.log.action[n])];
  worse.truth = .2 + .2 * .4 + .04;
  const LogJudgement judgement = JudgeLog(known.log, {worse, known.policy}, {});
  EXPECT_EQ(judgement.ranked_by, "dr");
  EXPECT_THAT(judgement.selection.ranking, ElementsAre(1, 0));
  EXPECT_THAT(judgement.selection.regret, ElementsAre(0, 0));
  EXPECT_GT(judgement.best_share[1], .99);
  EXPECT_EQ(JudgeLog(known.log, {worse}, {.rank_by = "ips"}).ranked_by, "ips");
  for (const RankAt at : {RankAt::kLow, RankAt::kCvar, RankAt::kLowerQuartile})
    EXPECT_EQ(JudgeLog(known.log, {worse, known.policy}, {.rank_at = at}).selection.ranking.size(),
              2u);
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { JudgeLog(known.log, {worse}, {.rank_by = "fqe"}); }),
              HasSubstr("no estimator 'fqe'"));
}

// One policy has weights that are refused, and both have an estimate of the model: what the log
// supports is what ranks.
TEST(JudgeLog, DoesNotRankByAModelAloneWhereWeightsHaveASay) {
  KnownLog known = KnownDecisions(300, 4);
  JudgedPolicy wrong = known.policy;
  wrong.name = "wrong";
  for (double& p : wrong.of_logged) p *= .5;
  const LogJudgement judgement = JudgeLog(known.log, {wrong, known.policy}, {});
  EXPECT_TRUE(judgement.policies[0].Find("dm")->bootstrap.has_value());
  EXPECT_EQ(judgement.ranked_by, "dr");
  EXPECT_THAT(judgement.selection.ranking, ElementsAre(1));
  EXPECT_EQ(JudgeLog(known.log, {wrong}, {}).ranked_by, "dm");
}

TEST(JudgeLog, RefusesLogsThatSayNothing) {
  EXPECT_THAT(ErrorOf(ErrorKind::kUnusable, [] { JudgeLog({}, {}, {}); }),
              HasSubstr("0 rows of 0 units"));
}

}  // namespace
}  // namespace lerl
