#include "lerl/planner/llm/plan_answers.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/state_text.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

class PlanAnswersTest : public ::testing::Test {
 protected:
  PlanAnswersTest() {
    script_.score = [this](const std::string&, const std::string&, const std::string& label) {
      ++scored_;
      return label == "A" ? 2.0 : 0.0;
    };
    config_.llm.mode = "letters";
    config_.llm.calibrate = "off";
    config_.llm.batch = 1;
  }

  PlanAnswers& Make() {
    model_ = std::make_shared<Reachable>(MakeScriptedBackend(script_));
    answers_ = std::make_unique<PlanAnswers>(
        config_, std::vector<std::string>{"Action", "Comedy", "Drama", "Western"}, model_, counts_);
    answers_->SetPrompt({.prefix = "Plan. ", .tail = " Answer:"});
    return *answers_;
  }

  // A state of its own for each of 16 variants.
  static PlanState State(int variant) {
    PlanState state;
    for (int16_t c = 0; c < 4; ++c)
      if ((variant >> c & 1) != 0) state.last.push_back(c);
    return state;
  }
  PlanAnswers::Source One(int variant, PlanMode mode) {
    return answers_->Find({State(variant)}, mode).at(0);
  }
  // The label with the highest score.
  std::string Best(const PlanAnswers::Source& source) const {
    const auto best = std::max_element(source.answer.scores.begin(), source.answer.scores.end());
    return answers_->labels()[At(best - source.answer.scores.begin())];
  }

  Script script_;
  PlannerConfig config_;
  std::map<std::string, int64_t> counts_;
  std::shared_ptr<Reachable> model_;
  std::unique_ptr<PlanAnswers> answers_;
  int scored_ = 0;
};

TEST_F(PlanAnswersTest, AskOnceForEqualStatesAndAgainUnderAnotherPrompt) {
  PlanAnswers& answers = Make();
  const std::vector<PlanAnswers::Source> sources =
      answers.Find({State(1), State(1), State(2)}, PlanMode::kEvaluation);
  EXPECT_EQ(sources[0].origin, PlanOrigin::kFresh);
  EXPECT_EQ(sources[1].origin, PlanOrigin::kCached);
  EXPECT_EQ(sources[2].origin, PlanOrigin::kFresh);
  EXPECT_EQ(Best(sources[1]), "A");
  EXPECT_EQ(scored_, 2 * 4);
  EXPECT_EQ(One(1, PlanMode::kEvaluation).origin, PlanOrigin::kCached);
  EXPECT_EQ(scored_, 2 * 4);
  EXPECT_NE(answers.Cached(State(1)), nullptr);
  answers.SetPrompt({.prefix = "Plan well. ", .tail = " Answer:"});
  EXPECT_EQ(answers.Cached(State(1)), nullptr);
  EXPECT_EQ(One(1, PlanMode::kEvaluation).origin, PlanOrigin::kFresh);
}

TEST_F(PlanAnswersTest, TrainingStaysWithinItsBudgetAndThenTakesTheNearest) {
  config_.llm.train_plans = 4;
  config_.llm.reflect = false;
  Make();
  int fresh = 0, nearest = 0;
  for (int variant = 0; variant < 16; ++variant) {
    const PlanAnswers::Source source = One(variant, PlanMode::kTraining);
    fresh += source.origin == PlanOrigin::kFresh ? 1 : 0;
    nearest += source.origin == PlanOrigin::kNearest ? 1 : 0;
    EXPECT_EQ(source.reason.empty(), source.origin != PlanOrigin::kNearest);
  }
  EXPECT_EQ(fresh, 4);
  EXPECT_EQ(nearest, 12);
  EXPECT_EQ(counts_["answers in training"], 4);
  EXPECT_EQ(One(12, PlanMode::kEvaluation).origin, PlanOrigin::kFresh);
  EXPECT_EQ(One(13, PlanMode::kLabelling).origin, PlanOrigin::kFresh);
  EXPECT_EQ(One(1, PlanMode::kEvaluation).origin, PlanOrigin::kCached);
  EXPECT_EQ(counts_["answers in training"], 4);
  EXPECT_EQ(counts_["answers in evaluation"], 2);
}

TEST_F(PlanAnswersTest, ValidationTakesNothingFromTheBudgetOfTraining) {
  config_.llm.train_plans = 3;
  config_.llm.valid_plans = 2;
  config_.llm.reflect = false;
  Make();
  std::map<PlanMode, int> fresh;
  for (int variant = 0; variant < 8; ++variant) {
    for (const PlanMode mode : {PlanMode::kValidation, PlanMode::kTraining}) {
      const PlanAnswers::Source source = One(2 * variant + (mode == PlanMode::kTraining), mode);
      fresh[mode] += source.origin == PlanOrigin::kFresh ? 1 : 0;
      if (variant < 7) continue;
      EXPECT_EQ(source.reason, mode == PlanMode::kTraining
                                   ? "budget of training used up: nearest cached state"
                                   : "budget of validation used up: nearest cached state");
    }
  }
  EXPECT_EQ(fresh[PlanMode::kTraining], 3);
  EXPECT_EQ(fresh[PlanMode::kValidation], 2);
  EXPECT_EQ(counts_["answers in training"], 3);
  EXPECT_EQ(counts_["answers in validation"], 2);
}

TEST_F(PlanAnswersTest, AGrantIsHalfOfWhatIsLeft) {
  config_.llm.train_plans = 8;
  PlanAnswers& answers = Make();
  std::vector<int> fresh;
  for (int grant = 0; grant < 3; ++grant) {
    answers.SetPrompt({.prefix = "Plan " + std::to_string(grant) + ". ", .tail = ""});
    answers.Grant();
    fresh.push_back(0);
    for (int variant = 0; variant < 16; ++variant)
      fresh.back() += One(variant, PlanMode::kTraining).origin == PlanOrigin::kFresh ? 1 : 0;
  }
  EXPECT_THAT(fresh, ElementsAre(4, 2, 1));
}

TEST_F(PlanAnswersTest, CalibrationTakesTheLikingForALetterAway) {
  script_.score = [](const std::string&, const std::string& suffix, const std::string& label) {
    const bool knows = suffix.find("none; none; none") == std::string::npos;
    return (label == "A" ? 5.0 : 0.0) + (knows && label == "C" ? 1.0 : 0.0);
  };
  Make();
  EXPECT_EQ(Best(One(1, PlanMode::kEvaluation)), "A");
  config_.llm.calibrate = "neutral";
  Make();
  EXPECT_EQ(Best(One(1, PlanMode::kEvaluation)), "C");
}

// b_c is the mean over the four states with one favourite. Before they are normalised, the scores
// of Drama are 0, 0, 3, 0 there and those of Western 0, 0, 0, 4.
TEST_F(PlanAnswersTest, CalibrationByTheMeanOverFavourites) {
  config_.llm.mode = "names";
  config_.llm.form = "plain";
  config_.llm.calibrate = "mean";
  script_.score = [](const std::string&, const std::string& suffix, const std::string& label) {
    const bool drama = suffix.find("Drama") != std::string::npos;
    const bool western = suffix.find("Western") != std::string::npos;
    return label == " Drama" && drama ? 3.0 : label == " Western" && western ? 4.0 : 0.0;
  };
  PlanAnswers& answers = Make();
  const auto source =
      answers.Find({PlanState{.favourites = {3}}}, PlanMode::kEvaluation).at(0).answer;
  const double all = std::log(3 + std::exp(4)), drama = std::log(3 + std::exp(3));
  const double none = std::log(4);
  EXPECT_NEAR(source.scores[3], (4 - all) - (4 - all - drama - 2 * none) / 4, 1e-5);
  EXPECT_NEAR(source.scores[2], -all - (3 - all - drama - 2 * none) / 4, 1e-5);
  EXPECT_EQ(Best({.answer = source, .reason = ""}), "Western");
}

TEST_F(PlanAnswersTest, NamesContinueATextAfterASpace) {
  config_.llm.mode = "names";
  config_.llm.form = "plain";
  std::vector<std::string> asked;
  script_.score = [&](const std::string&, const std::string&, const std::string& label) {
    asked.push_back(label);
    return label == " Drama" || label == "Drama" ? 1.0 : 0.0;
  };
  Make();
  EXPECT_EQ(Best(One(1, PlanMode::kEvaluation)), "Drama");
  EXPECT_THAT(asked, ElementsAre(" Action", " Comedy", " Drama", " Western"));
  asked.clear();
  config_.llm.form = "chat";
  Make();
  EXPECT_EQ(Best(One(1, PlanMode::kEvaluation)), "Drama");
  EXPECT_THAT(asked, ElementsAre("Action", "Comedy", "Drama", "Western"));
}

TEST_F(PlanAnswersTest, ScoreAListByThePlacesInIt) {
  config_.llm.mode = "generate";
  std::string answer = "B, A, B";
  script_.complete = [&](const std::string&, const std::string&) { return Completion{answer, ""}; };
  Make();
  const PlanAnswers::Source source = One(0, PlanMode::kEvaluation);
  EXPECT_EQ(source.answer.error, "");
  EXPECT_EQ(Best(source), "B");
  EXPECT_EQ(std::count(source.answer.scores.begin(), source.answer.scores.end(), kNotNamed), 2);
  EXPECT_EQ(counts_["labels repeated in an answer"], 1);
  answer = "I like B";
  EXPECT_EQ(One(1, PlanMode::kEvaluation).answer.error, "invalid answer: not a label");
}

TEST_F(PlanAnswersTest, AnInvalidAnswerIsNoneAndIsAskedForAgainUntilTheTriesAreUsedUp) {
  config_.llm.mode = "generate";
  config_.llm.tries = 2;
  int asked = 0;
  std::string answer = "no idea";
  script_.complete = [&](const std::string&, const std::string&) {
    ++asked;
    return Completion{answer, ""};
  };
  PlanAnswers& answers = Make();
  EXPECT_EQ(One(0, PlanMode::kTraining).answer.error, "invalid answer: not a label");
  EXPECT_EQ(answers.cached(), 0);
  answer = "B";  // the second try succeeds
  EXPECT_EQ(One(0, PlanMode::kTraining).answer.error, "");
  EXPECT_EQ(One(0, PlanMode::kTraining).origin, PlanOrigin::kCached);
  EXPECT_EQ(asked, 2);
  answer = "no idea";
  for (int n = 0; n < 5; ++n)
    EXPECT_EQ(One(1, PlanMode::kEvaluation).answer.error, "invalid answer: not a label");
  EXPECT_EQ(asked, 4);  // given up
  EXPECT_EQ(answers.cached(), 1);
}

// The prompt without history has no valid answer, so no state has one: two tries of it, then two
// of each state, whatever is asked after that.
TEST_F(PlanAnswersTest, ACalibrationThatIsNeverValidIsGivenUpToo) {
  config_.llm.calibrate = "neutral";
  config_.llm.tries = 2;
  int neutral = 0, states = 0;
  script_.score = [&](const std::string&, const std::string& suffix, const std::string& label) {
    const bool of_nobody = suffix.find("none; none; none") != std::string::npos;
    if (label == "A") ++(of_nobody ? neutral : states);
    return of_nobody ? std::nan("") : 0.0;
  };
  PlanAnswers& answers = Make();
  for (int n = 0; n < 20; ++n)
    EXPECT_EQ(One(1, PlanMode::kTraining).answer.error, "no answer to the prompt without history");
  EXPECT_EQ(neutral, 2);
  EXPECT_LE(states, 4);
  EXPECT_EQ(answers.cached(), 0);
}

TEST_F(PlanAnswersTest, AFileHoldsTheTriesOfAnInvalidAnswerAndNotTheAnswer) {
  config_.llm.mode = "generate";
  config_.llm.tries = 2;
  int asked = 0;
  script_.complete = [&](const std::string&, const std::string&) {
    ++asked;
    return Completion{"", ""};
  };
  PlanAnswers& answers = Make();
  One(0, PlanMode::kTraining);
  TensorFile file;
  nlohmann::json state;
  answers.Save(file, state);
  EXPECT_EQ(LoadText(file, "llm_planner/cache/entries"), "[]");
  PlanAnswers& loaded = Make();
  loaded.Load(file, state);
  for (int n = 0; n < 3; ++n) One(0, PlanMode::kTraining);
  EXPECT_EQ(asked, 2);
}

TEST_F(PlanAnswersTest, ASampledListServesOnePlanAndIsDrawnByTheSeedOfItsRequest) {
  config_.llm.mode = "generate";
  config_.llm.temperature = 1;
  script_.complete = [](const std::string&, const std::string&) { return Completion{"B", ""}; };
  PlanAnswers& answers = Make();
  const auto sources =
      answers.Find({State(1), State(1)}, PlanMode::kEvaluation, std::vector<uint64_t>{7, 8});
  EXPECT_EQ(sources[0].origin, PlanOrigin::kFresh);
  EXPECT_EQ(sources[1].origin, PlanOrigin::kFresh);
  EXPECT_EQ(answers.Find({State(1)}, PlanMode::kEvaluation, {9})[0].origin, PlanOrigin::kFresh);
  EXPECT_THAT(model_->asked_seeds, ElementsAre(7, 8, 9));
}

TEST_F(PlanAnswersTest, SamplesAreReusedWhereThatIsAskedForAndAtTemperatureZero) {
  config_.llm.mode = "generate";
  script_.complete = [](const std::string&, const std::string&) { return Completion{"B", ""}; };
  for (const bool reuse : {true, false}) {
    config_.llm.reuse_samples = reuse;
    config_.llm.temperature = reuse ? 1 : 0;
    PlanAnswers& answers = Make();
    answers.Find({State(1)}, PlanMode::kEvaluation, {7});
    EXPECT_EQ(answers.Find({State(1)}, PlanMode::kEvaluation, {9})[0].origin, PlanOrigin::kCached);
    EXPECT_TRUE(model_->asked_seeds.empty());
  }
}

// Beyond the budget the latest sample of the very state counts as the nearest.
TEST_F(PlanAnswersTest, BeyondTheBudgetTheLatestSampleIsTheNearest) {
  config_.llm.mode = "generate";
  config_.llm.temperature = 1;
  config_.llm.reflect = false;
  config_.llm.train_plans = 2;
  std::string answer = "A";
  script_.complete = [&](const std::string&, const std::string&) { return Completion{answer, ""}; };
  Make();
  One(1, PlanMode::kTraining);
  answer = "B";
  One(1, PlanMode::kTraining);
  const PlanAnswers::Source source = One(1, PlanMode::kTraining);
  EXPECT_EQ(source.origin, PlanOrigin::kNearest);
  EXPECT_EQ(Best(source), "B");
}

// The scores before calibration: A 2, the others 0. The endpoint is silent on A and B.
TEST_F(PlanAnswersTest, LabelsOnWhichAnAnswerIsSilentRankBelowAllOthers) {
  Make();
  model_->unlisted.assign(4, 0);
  const std::vector<std::string>& labels = answers_->labels();
  const auto place = [&](const char* label) {
    return At(std::find(labels.begin(), labels.end(), label) - labels.begin());
  };
  model_->unlisted[place("A")] = model_->unlisted[place("B")] = 1;
  const PlanAnswer answer = One(1, PlanMode::kEvaluation).answer;
  EXPECT_EQ(answer.unlisted, 2);
  // A has 2 - (2 - (0 - 1)) = -1 beside C and D with 0, all less what normalises them; B stays two
  // below A.
  EXPECT_NEAR(answer.scores[place("A")] - answer.scores[place("C")], -1, 1e-5);
  EXPECT_NEAR(answer.scores[place("B")] - answer.scores[place("A")], -2, 1e-5);
  EXPECT_EQ(One(1, PlanMode::kEvaluation).answer.unlisted, 2);  // from the cache
}

// Bounds are alike, and what the model says of nobody in particular tells them apart: A is liked
// there, so silence on A says more against it than silence on B.
TEST_F(PlanAnswersTest, UnlistedLabelsAreOrderedByTheCalibration) {
  config_.llm.calibrate = "neutral";
  script_.score = [](const std::string&, const std::string& suffix, const std::string& label) {
    const bool neutral = suffix.find("none; none; none") != std::string::npos;
    return neutral && label == "A" ? 3.0 : label == "C" ? 1.0 : 0.0;
  };
  Make();
  const std::vector<std::string>& labels = answers_->labels();
  for (const std::string& label : labels)
    model_->unlisted.push_back(label == "A" || label == "B" ? 1 : 0);
  const PlanAnswer answer = One(1, PlanMode::kEvaluation).answer;
  std::map<std::string, float> score;
  for (size_t c = 0; c < 4; ++c) score[labels[c]] = answer.scores[c];
  EXPECT_LT(score["A"], score["B"]);
  EXPECT_LT(score["B"], std::min(score["C"], score["D"]));
}

TEST_F(PlanAnswersTest, WhatNobodyAnsweredIsAskedAgain) {
  Make();
  model_->cut = true;
  EXPECT_EQ(One(0, PlanMode::kTraining).answer.error, "no endpoint answers");
  model_->cut = false;
  EXPECT_EQ(One(0, PlanMode::kTraining).origin, PlanOrigin::kFresh);
  model_->cut = true;  // what was answered once stays answered
  EXPECT_EQ(One(0, PlanMode::kTraining).origin, PlanOrigin::kCached);
}

// Answers came, and the prompt without history is read no better than the others.
TEST_F(PlanAnswersTest, AModelWhoseCalibrationIsNeverValidIsNotSaidToBeOutOfReach) {
  config_.llm.calibrate = "neutral";
  script_.score = [](const std::string&, const std::string& suffix, const std::string&) {
    return suffix.find("none; none; none") != std::string::npos ? std::nan("") : 0.0;
  };
  Make();
  std::string message;
  try {
    for (int n = 0; n < 40; ++n) One(n % 16, PlanMode::kEvaluation);
  } catch (const Error& error) {
    message = error.what();
  }
  EXPECT_THAT(message, ::testing::HasSubstr("no answer to the prompt without history; a model"));
}

TEST_F(PlanAnswersTest, ABudgetThatIsUsedUpIsAReasonToStopAndRefusesAnEvaluation) {
  for (const PlanMode mode : {PlanMode::kTraining, PlanMode::kValidation, PlanMode::kLabelling}) {
    Make();
    One(0, mode);
    EXPECT_EQ(answers_->stop_reason(), "");
    model_->exhausted = "the budget is used up";
    EXPECT_THROW(One(1, PlanMode::kEvaluation), Error);
    EXPECT_EQ(answers_->stop_reason(), "");
    One(2, mode);
    EXPECT_EQ(answers_->stop_reason(), "the budget is used up");
  }
}

TEST_F(PlanAnswersTest, ComeBackWithCacheAndBudget) {
  config_.llm.train_plans = 4;
  PlanAnswers& answers = Make();
  One(1, PlanMode::kTraining);
  TensorFile file;
  nlohmann::json state;
  answers.Save(file, state);
  PlanAnswers& loaded = Make();
  loaded.Load(file, state);
  EXPECT_EQ(loaded.cached(), 1);
  EXPECT_EQ(One(1, PlanMode::kTraining).origin, PlanOrigin::kCached);
  EXPECT_EQ(One(2, PlanMode::kTraining).origin, PlanOrigin::kFresh);
  EXPECT_EQ(One(3, PlanMode::kTraining).origin, PlanOrigin::kNearest);  // half of 4 is used
}

}  // namespace
}  // namespace lerl
