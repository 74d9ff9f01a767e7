#include "lerl/planner/llm/invalid_answers.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/llm/plan_answers.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

TEST(InvalidAnswers, GiveAStateUpAfterSoManyInARow) {
  InvalidAnswers invalid(2, 10);
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  invalid.Add("a", "empty");
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  invalid.Forget("a");  // a valid answer came
  invalid.Add("a", "empty");
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  invalid.Add("a", "not a label");
  ASSERT_NE(invalid.GivenUp("a"), nullptr);
  EXPECT_EQ(*invalid.GivenUp("a"), "not a label");
  EXPECT_EQ(invalid.GivenUp("b"), nullptr);
}

TEST(InvalidAnswers, AreForgottenWhenThereAreTooMany) {
  InvalidAnswers invalid(1, 2);
  invalid.Add("a", "empty");
  invalid.Add("b", "empty");
  invalid.Add("b", "empty");  // known already
  EXPECT_NE(invalid.GivenUp("a"), nullptr);
  invalid.Add("c", "empty");
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  EXPECT_NE(invalid.GivenUp("c"), nullptr);
}

TEST(InvalidAnswers, ComeBackWithTheirTries) {
  InvalidAnswers invalid(2, 10);
  invalid.Add("a", "empty");
  InvalidAnswers loaded(2, 10);
  loaded.FromJson(invalid.ToJson());
  loaded.Add("a", "empty");
  EXPECT_NE(loaded.GivenUp("a"), nullptr);
}

// A model whose answers can't be read, or that can't be reached, asked for many states.
struct Silent {
  explicit Silent(double score) {
    config.llm.mode = "letters";
    config.llm.calibrate = "off";
    config.llm.tries = 1000;
    config.llm.batch = 1;
    model = std::make_shared<Reachable>(
        MakeScriptedBackend({.score = [score](const std::string&, const std::string&,
                                              const std::string&) { return score; }}));
    answers = std::make_unique<PlanAnswers>(
        config, std::vector<std::string>{"Action", "Comedy", "Drama", "Western"}, model, counts);
    answers->SetPrompt({.prefix = "Plan. ", .tail = " Answer:"});
  }
  PlanAnswers::Source One(int variant, PlanMode mode = PlanMode::kTraining) {
    PlanState state;
    for (int16_t c = 0; c < 4; ++c)
      if ((variant >> c & 1) != 0) state.last.push_back(c);
    return answers->Find({state}, mode).at(0);
  }
  PlannerConfig config;
  std::map<std::string, int64_t> counts;
  std::shared_ptr<Reachable> model;
  std::unique_ptr<PlanAnswers> answers;
};

TEST(AModelThatNeverAnswers, IsAnErrorAfterSomeQuestions) {
  for (const bool cut : {true, false}) {  // out of reach, or with answers that can't be read
    Silent silent(std::nan(""));
    silent.model->cut = cut;
    int asked = 0;
    std::string message;
    try {
      for (; asked < 100; ++asked) silent.One(asked % 16);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
      message = error.what();
    }
    EXPECT_EQ(asked, 23);
    EXPECT_THAT(message, ::testing::HasSubstr("answered none of its first 24 questions"));
    EXPECT_THAT(message, ::testing::HasSubstr(cut ? "start the server" : "told not to"));
  }
}

TEST(AModelThatNeverAnswers, IsNoneThatHasAnsweredOnce) {
  Silent silent(1);
  EXPECT_EQ(silent.One(0).origin, PlanOrigin::kFresh);
  silent.model->cut = true;
  for (int asked = 0; asked < 100; ++asked)
    EXPECT_EQ(silent.One(1 + asked % 15).answer.error, "no endpoint answers");
}

// A budget that others of the process have used up stops a run, as it would after an answer.
TEST(AModelThatNeverAnswers, IsNoneThatABudgetLetsNobodyAsk) {
  Silent silent(1);
  silent.model->cut = true;
  silent.model->exhausted = "the budget is used up";
  for (int asked = 0; asked < 40; ++asked) silent.One(asked % 16);
  EXPECT_EQ(silent.answers->stop_reason(), "the budget is used up");
}

TEST(AModelThatNeverAnswers, EndsTheCommandAtOnceWhereItRefusesAllQuestions) {
  for (const PlanMode mode : {PlanMode::kTraining, PlanMode::kValidation, PlanMode::kEvaluation}) {
    Silent silent(1);
    silent.model->cut = true;
    silent.model->exhausted = "HTTP 401, no";
    silent.model->refuses = true;
    try {
      silent.One(0, mode);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
      EXPECT_STREQ(error.what(), "scripted: HTTP 401, no");
    }
  }
}

}  // namespace
}  // namespace lerl
