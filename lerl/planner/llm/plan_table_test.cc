#include "lerl/planner/llm/plan_table.h"

#include <gmock/gmock.h>

#include <functional>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/tensor_file.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/llm/coarse_state.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/registry.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kPairs = 4 * 5;

class PlanTableTest : public ::testing::Test {
 protected:
  PlanTableTest() {
    config_ = TableConfig({});
    config_.llm.form = "plain";
    config_.llm.calibrate = "off";
    config_.llm.table = (ProcessFolder() / "plan_table" /
                         ::testing::UnitTest::GetInstance()->current_test_info()->name() / "table")
                            .string();
    std::filesystem::remove_all(std::filesystem::path(config_.llm.table).parent_path());
    script_.score = [this](const std::string&, const std::string& suffix,
                           const std::string& label) {
      asked_ += label == " Action" ? 1 : 0;
      return suffix.find("saw" + label) != std::string::npos ||
                     suffix.find("shown" + label) != std::string::npos
                 ? 1.0
                 : 0.0;
    };
  }

  LlmPlanner& Make() {
    model_ = std::make_shared<Reachable>(MakeScriptedBackend(script_));
    planner_ = std::make_unique<LlmPlanner>(config_, dataset_, split_, model_);
    return *planner_;
  }

  PlannerContext Context() {
    model_ = std::make_shared<Reachable>(MakeScriptedBackend(script_));
    return {.dataset = dataset_, .split = split_, .policy_model = factors_, .backend = model_};
  }

  const Dataset dataset_ = TinyDataset();
  const MfModel factors_ = TinyFactors();
  const Split split_ = TinySplit();
  Script script_;
  PlannerConfig config_;
  std::shared_ptr<Reachable> model_;
  std::unique_ptr<LlmPlanner> planner_;
  int64_t asked_ = 0;
};

TEST_F(PlanTableTest, AnswersForEveryStateAreAskedForOnceAndExactFromThenOn) {
  LlmPlanner& planner = Make();
  EXPECT_EQ(planner.name(), "llm_table");
  EXPECT_EQ(asked_, kPairs);
  EXPECT_EQ(planner.table().asked, kPairs);
  OwnedRequest request(4);
  for (const PlanMode mode :
       {PlanMode::kTraining, PlanMode::kValidation, PlanMode::kEvaluation, PlanMode::kLabelling}) {
    for (size_t c = 0; c < 4; ++c) {
      request.last_liked_step.assign(4, -1);
      request.last_liked_step[c] = 0;
      const Plan plan = RankOne(planner, request, mode);
      EXPECT_EQ(plan.origin, PlanOrigin::kCached);
      EXPECT_EQ(plan.ranking[0], static_cast<int16_t>(c));
    }
  }
  Make();  // from the file
  EXPECT_EQ(planner_->table().answered, kPairs);
  EXPECT_EQ(planner_->table().asked, 0);
  EXPECT_EQ(asked_, kPairs);
}

constexpr PlanMode kAllModes[] = {PlanMode::kTraining, PlanMode::kValidation, PlanMode::kEvaluation,
                                  PlanMode::kLabelling};

// A request whose table entry ranks category c first.
OwnedRequest PlanTableTestRequest(size_t c) {
  OwnedRequest request(4);
  request.last_liked_step[c] = 0;
  return request;
}

TEST_F(PlanTableTest, TheGroundedPlannerStandsOnIt) {
  config_.name = "llm_grounded";
  config_.llm.calibrate = "neutral";
  config_.grounded.weight = 1;
  const auto planner = MakePlanner(config_, Context());
  const int64_t asked = asked_;
  EXPECT_GE(asked, kPairs);
  for (const PlanMode mode : kAllModes) {
    for (size_t c = 0; c < 4; ++c) {
      const Plan plan = RankOne(*planner, PlanTableTestRequest(c), mode);
      EXPECT_EQ(plan.origin, PlanOrigin::kCached);
      EXPECT_EQ(plan.ranking[0], static_cast<int16_t>(c));
    }
  }
  EXPECT_EQ(asked_, asked) << "every plan is an answer of the table";
}

TEST_F(PlanTableTest, AStudentStandsOnIt) {
  config_.name = "student";
  config_.student.teacher = "llm_table";
  config_.student.min_labels = 1;
  config_.llm.reflect = true;  // planner llm_table sees to it
  config_.llm.tabulate = false;
  EXPECT_TRUE(LooksPlansUp(config_));
  const auto planner = MakePlanner(config_, Context());
  const int64_t asked = asked_;
  EXPECT_GE(asked, kPairs);
  for (uint64_t n = 0; n < 4; ++n) {
    planner->BeginIteration(n, PlanMode::kTraining);
    for (size_t c = 0; c < 4; ++c) RankOne(*planner, PlanTableTestRequest(c), PlanMode::kTraining);
    planner->Reflect({});
  }
  EXPECT_GT(planner->teaching()->Teaching().labels, 0);
  for (const auto& [name, count] : planner->Report().counts)
    EXPECT_FALSE(name.starts_with("labels refused")) << name << " " << count;
  planner->teaching()->SetTeacherPlays(true);
  for (const PlanMode mode : kAllModes) {
    for (size_t c = 0; c < 4; ++c) {
      const Plan plan = RankOne(*planner, PlanTableTestRequest(c), mode);
      EXPECT_EQ(plan.origin, PlanOrigin::kCached);
      EXPECT_EQ(plan.ranking[0], static_cast<int16_t>(c));
    }
  }
  EXPECT_EQ(asked_, asked) << "every label is an answer of the table";
}

TEST_F(PlanTableTest, AnInterruptedTableGoesOnWhereItWas) {
  Make();
  TensorFile file = ReadTensorFile(config_.llm.table, "plan-table");
  const std::vector<float> all = file.at("scores").Values<float>();
  file.arrays["scores"] = Array::Of<float>({7, 4}, all.data());
  WriteTensorFile(config_.llm.table, file);
  asked_ = 0;
  EXPECT_EQ(Make().table().asked, kPairs - 7);
  EXPECT_EQ(asked_, kPairs - 7);
  EXPECT_EQ(ReadTensorFile(config_.llm.table, "plan-table").at("scores").Values<float>(), all);
}

TEST_F(PlanTableTest, AModelThatGivesNoAnswerIsAnErrorAndLosesNothing) {
  model_ = std::make_shared<Reachable>(MakeScriptedBackend(script_));
  model_->cut = true;
  try {
    LlmPlanner planner(config_, dataset_, split_, model_);
    ADD_FAILURE() << "a table without answers";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    EXPECT_THAT(error.what(), HasSubstr("no endpoint answers"));
  }
  EXPECT_EQ(Make().table().asked, kPairs);
}

TEST_F(PlanTableTest, AnAnswerThatCantBeReadIsAskedForAgainAndNeverWritten) {
  config_.llm.mode = "generate";
  config_.llm.tries = 2;
  int bad = 1;  // invalid answers to come
  int64_t asked = 0;
  script_.complete = [&](const std::string&, const std::string&) {
    ++asked;
    return Completion{bad-- > 0 ? "no idea" : "A", ""};
  };
  EXPECT_EQ(Make().table().asked, kPairs);
  EXPECT_EQ(asked, kPairs + 1);
  std::filesystem::remove(config_.llm.table);
  bad = 1000;
  EXPECT_THROW(Make(), Error);
  EXPECT_FALSE(std::filesystem::exists(config_.llm.table));
}

TEST_F(PlanTableTest, KeepsHowManyLabelsAnAnswerDoesNotList) {
  for (int n = 0; n < 2; ++n) {  // asked, and from the file
    model_ = std::make_shared<Reachable>(MakeScriptedBackend(script_));
    model_->unlisted = {1, 0, 0, 1};
    LlmPlanner planner(config_, dataset_, split_, model_);
    EXPECT_EQ(RankOne(planner, OwnedRequest(4)).unlisted, 2);
    EXPECT_EQ(asked_, kPairs);
  }
}

TEST_F(PlanTableTest, TheTableOfAnotherPromptIsRefused) {
  Make();
  config_.llm.label_seed = 2;  // another order of the names
  try {
    Make();
    ADD_FAILURE() << "a table of another prompt was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.what(), HasSubstr("made for another prompt"));
  }
}

TEST_F(PlanTableTest, ItsPathInTheCacheDependsOnModelPromptAndState) {
  config_.llm.table = "";
  config_.llm.tabulate = false;
  std::set<std::string> paths;
  for (const char* state : {"pair", "triple"}) {
    for (int64_t seed = 1; seed < 3; ++seed) {
      config_.llm.state = state;
      config_.llm.label_seed = seed;
      std::map<std::string, int64_t> counts;
      PlanAnswers answers(config_, dataset_.categories, MakeScriptedBackend({}), counts);
      answers.SetPrompt({.prefix = "Plan " + std::to_string(seed), .tail = ""});
      paths.insert(PlanTablePath(config_.llm, answers, dataset_.name).string());
    }
  }
  EXPECT_EQ(paths.size(), 4U);
}

TEST_F(PlanTableTest, WhatATableCantHoldIsRefused) {
  for (const auto& [change, text] :
       std::vector<std::pair<std::function<void(LlmPlannerConfig&)>, std::string>>{
           {[](LlmPlannerConfig& llm) { llm.state = "full"; }, "planner.llm.state"},
           {[](LlmPlannerConfig& llm) { llm.reflect = true; }, "planner.llm.reflect"},
           {[](LlmPlannerConfig& llm) { llm.name_user = true; }, "planner.llm.name_user"},
           {[](LlmPlannerConfig& llm) {
              llm.mode = "generate";
              llm.temperature = 1;
            },
            "planner.llm.temperature"}}) {
    PlannerConfig config = config_;
    change(config.llm);
    try {
      LlmPlanner(config, dataset_, split_, MakeScriptedBackend({}));
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(text));
    }
  }
}

}  // namespace
}  // namespace lerl
