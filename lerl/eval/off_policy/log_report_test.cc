#include "lerl/eval/off_policy/log_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/logged_worlds.h"

namespace lerl {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LogReport, SaysWhatIsRefusedAndWhy) {
  KnownLog known = KnownDecisions(100, 1);
  JudgedPolicy other = known.policy;
  other.name = "other";
  other.distributions.clear();
  other.distribution.clear();
  other.of_logged.assign(other.of_logged.size(), .1);
  other.truth.reset();
  const LogJudgement judgement = JudgeLog(known.log, {known.policy, other}, {.resamples = 100});
  const LogNotes notes{.file = "log.csv", .pool = 80, .train_rows = 7};
  const std::string text = JudgementText(judgement, notes);
  EXPECT_THAT(text, HasSubstr("log.csv: 200 rows, 200 decisions, 3 actions, 100 independent"));
  EXPECT_THAT(text, HasSubstr("1/80"));
  EXPECT_THAT(text, HasSubstr("7 earlier rows"));
  EXPECT_THAT(text, HasSubstr("judged, known to be worth"));
  EXPECT_THAT(text, HasSubstr("refused: the mean weight"));
  EXPECT_THAT(text, HasSubstr("Ranking by dr"));
  EXPECT_THAT(text, HasSubstr("other: not ranked"));
  const nlohmann::json json = JudgementJson(judgement, notes);
  EXPECT_EQ(json["kind"], "decisions");
  EXPECT_EQ(json["policies"][0]["estimates"]["dr"]["estimate"],
            judgement.policies[0].Find("dr")->bootstrap->mean);
  EXPECT_THAT(json["policies"][1]["estimates"]["dr"]["refused"].get<std::string>(), Not(""));
  EXPECT_EQ(json["selection"]["ranking"], nlohmann::json({"judged"}));
}

}  // namespace
}  // namespace lerl
