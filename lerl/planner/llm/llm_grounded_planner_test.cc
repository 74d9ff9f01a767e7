#include "lerl/planner/llm/llm_grounded_planner.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "lerl/llm/scripted_backend.h"
#include "lerl/planner/student/student_planner.h"
#include "lerl/testing/planner_world.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

TEST(FinitePrior, GivesWhatWasNotNamedLessThanTheLowest) {
  const float none = -std::numeric_limits<float>::infinity();
  EXPECT_THAT(FinitePrior(std::vector<float>{none, -1, 0}), ElementsAre(-2, -1, 0));
}

// People whose tastes no log tells, and a language model that knows them more or less:
// (1 - nu) z(true value) + nu N(0, 1), the noise new for each prompt and label.
class GroundedTest : public ::testing::Test {
 protected:
  GroundedTest() {
    world_.worth = {-0.6, 0.6, 0, 0.3, -0.3, 0.5, 0, -0.5};
    world_.taste = 1;
    config_.name = "llm_grounded";
    config_.llm.mode = "letters";
    config_.llm.calibrate = "neutral";
    config_.llm.reflect = false;
    config_.llm.favourites = 7;  // so that a prompt tells users apart
    config_.llm.train_plans = config_.llm.valid_plans = 1000000;
  }

  PlannerContext Context() {
    Script script;
    script.score = [this](const std::string&, const std::string& suffix, const std::string& label) {
      const auto known = truth_.find(suffix.substr(0, suffix.find(';')));
      if (known == truth_.end()) return 0.0;  // the prompt without history
      Rng rng(std::hash<std::string>{}(suffix + label), "noise", noise_);
      return (1 - nu_) * known->second.at(label) + nu_ * rng.Normal();
    };
    PlannerContext context = world_.Context();
    context.backend = MakeScriptedBackend(script);
    return context;
  }

  std::unique_ptr<LlmGroundedPlanner> Make(double nu) {
    nu_ = nu;
    auto planner = std::make_unique<LlmGroundedPlanner>(config_, Context());
    for (int32_t user = 0; user < world_.model.users; ++user) {
      OwnedRequest request(world_.categories);
      request.user = user;
      std::vector<double> truth;
      for (size_t c = 0; c < world_.categories; ++c) truth.push_back(world_.Chance(user, c, 0));
      Standardise(truth);
      const std::string suffix = planner->llm().SuffixOf(request.View());
      auto& of_label = truth_[suffix.substr(0, suffix.find(';'))];
      for (size_t c = 0; c < world_.categories; ++c)
        of_label[planner->llm().labels()[c]] = truth[c];
    }
    return planner;
  }

  double Judge(Planner& planner) const {
    return world_.Play(planner, 9, 200, PlanMode::kEvaluation);
  }

  PlannerWorld world_;
  PlannerConfig config_;
  double nu_ = 0;
  uint64_t noise_ = 0;
  std::unordered_map<std::string, std::unordered_map<std::string, double>> truth_;
};

constexpr int kIterations = 12, kSessions = 60;

TEST_F(GroundedTest, ListensToAModelAsMuchAsItKnows) {
  LearnedPlanner head(config_, world_.Context());
  world_.Train(head, kIterations, kSessions);
  const double alone = Judge(head);
  std::vector<double> weights, returns;
  for (const double nu : {0.0, 0.25, 0.5, 1.0}) {
    const auto planner = Make(nu);
    world_.Train(*planner, kIterations, kSessions);
    weights.push_back(planner->weight());
    returns.push_back(Judge(*planner));
    RecordProperty("w at nu " + std::to_string(nu), std::to_string(weights.back()));
    std::printf("nu %.2f  w %.2f  return %.4f  head alone %.4f\n", nu, weights.back(),
                returns.back(), alone);
  }
  EXPECT_LT(weights[3], 0.1);
  EXPECT_EQ(returns[3], alone);  // never listened to: the head's own sessions
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_GT(weights[i], 0.2);
    EXPECT_GT(returns[i], alone + 0.02);
  }
  EXPECT_GT(returns[2], 0.98 * alone);
}

// What the planner reports; alignment of the first sessions alone, so it stays while w rises.
double Alignment(const LlmGroundedPlanner& planner) {
  for (const auto& [name, value] : planner.Report().figures)
    if (name == kAlignmentFigure) return value;
  return -1;
}

TEST_F(GroundedTest, TheFirstSessionsTellAModelThatKnowsFromOneThatDoesNot) {
  const auto knows = Make(0);
  EXPECT_EQ(Alignment(*knows), 0);
  world_.Train(*knows, kIterations, kSessions);
  const double first = Alignment(*knows);
  EXPECT_GT(first, WeightFromReturns::kProof);
  world_.Train(*knows, 1, kSessions);
  EXPECT_EQ(Alignment(*knows), first);

  const auto knows_nothing = Make(1);
  world_.Train(*knows_nothing, kIterations, kSessions);
  EXPECT_NE(Alignment(*knows_nothing), 0);
  EXPECT_LT(Alignment(*knows_nothing), WeightFromReturns::kProof);
}

TEST_F(GroundedTest, AsATeacherItListensToAModelThatKnowsPeopleToo) {
  config_.student.teacher = "llm_grounded";
  config_.student.states_per_iteration = 64;
  Make(0);  // what the model knows
  std::vector<double> weights;
  for (const double nu : {0.0, 1.0}) {
    nu_ = nu;
    StudentPlanner student(config_, Context(), MakeLlmGroundedPlanner(config_, Context()));
    world_.Train(student, kIterations, kSessions);
    for (const auto& [name, value] : student.Report().figures)
      if (name == "teacher: " + std::string(kWeightFigure)) weights.push_back(value);
  }
  ASSERT_EQ(weights.size(), 2U);
  EXPECT_GT(weights[0], 0.2);
  EXPECT_LT(weights[1], 0.1);
}

TEST_F(GroundedTest, RanksForAStudentAsInAnEvaluation) {
  const auto planner = Make(0);
  OwnedRequest request(world_.categories);
  for (request.seed = 1; request.seed < 20; ++request.seed) {  // asked about and not
    const std::vector<int16_t> label = RankOne(*planner, request, PlanMode::kLabelling).ranking;
    EXPECT_EQ(RankOne(*planner, request, PlanMode::kEvaluation).ranking, label);
  }
  EXPECT_GT(planner->llm().backend().usage().prompts, 0);
}

TEST_F(GroundedTest, AFixedWeightIsUsedAsItIs) {
  config_.grounded.weight = 1;
  const auto planner = Make(0);
  EXPECT_EQ(planner->weight(), 1);
  OwnedRequest request(world_.categories);
  request.user = 3;
  size_t best = 0;
  for (size_t c = 0; c < world_.categories; ++c) {
    if (world_.Taste(3, c) + world_.worth[c] > world_.Taste(3, best) + world_.worth[best]) best = c;
  }
  const Plan plan = RankOne(*planner, request, PlanMode::kEvaluation);
  EXPECT_EQ(plan.ranking[0], static_cast<int16_t>(best));
  EXPECT_EQ(plan.origin, PlanOrigin::kFresh);
}

TEST_F(GroundedTest, AnInvalidAnswerFallsBackToTheHeadVisibly) {
  config_.grounded.weight = 0.5;
  PlannerContext context = world_.Context();
  context.backend =
      MakeScriptedBackend({.score = [](const std::string&, const std::string&, const std::string&) {
        return std::numeric_limits<double>::quiet_NaN();
      }});
  LlmGroundedPlanner planner(config_, context);
  LearnedPlanner head(config_, context);
  const OwnedRequest request(world_.categories);
  const Plan plan = RankOne(planner, request);
  EXPECT_EQ(plan.origin, PlanOrigin::kFallback);
  EXPECT_EQ(plan.reason, "invalid answer: scores that are not numbers");
  EXPECT_EQ(plan.ranking, RankOne(head, request).ranking);
}

// The model lists one label; at w = 1 the other categories are in the order of the head.
TEST_F(GroundedTest, TheHeadTellsUnlistedLabelsApart) {
  config_.grounded.weight = 1;
  PlannerContext context = world_.Context();
  const auto model = std::make_shared<Reachable>(MakeScriptedBackend({}));
  context.backend = model;
  LlmGroundedPlanner planner(config_, context);
  model->unlisted.assign(world_.categories, 1);
  model->unlisted[5] = 0;
  LearnedPlanner head(config_, context);
  const OwnedRequest request(world_.categories);
  std::vector<int16_t> expected = RankOne(head, request).ranking;
  std::erase(expected, 5);
  expected.insert(expected.begin(), 5);
  const Plan plan = RankOne(planner, request);
  EXPECT_EQ(plan.ranking, expected);
  EXPECT_EQ(plan.unlisted, static_cast<int>(world_.categories) - 1);
}

TEST_F(GroundedTest, AsksNobodyWhileItDoesNotListen) {
  config_.grounded.weight = 0;
  const auto planner = Make(0);
  const OwnedRequest request(world_.categories);
  EXPECT_EQ(RankOne(*planner, request, PlanMode::kEvaluation).origin, PlanOrigin::kRule);
  EXPECT_EQ(planner->llm().backend().usage().prompts, 0);
}

TEST_F(GroundedTest, TakesItsWeightFromWhatPeopleLikedNext) {
  std::vector<OwnedRequest> owned;
  std::vector<PlanRequest> requests;
  std::vector<std::vector<double>> liked;
  for (int32_t user = 0; user < world_.model.users; ++user) {
    owned.emplace_back(world_.categories);
    owned.back().user = user;
    liked.emplace_back();
    for (size_t c = 0; c < world_.categories; ++c)
      liked.back().push_back(world_.Chance(user, c, 0));
  }
  for (const OwnedRequest& request : owned) requests.push_back(request.View());
  const auto knows = Make(0);
  knows->prior()->LearnWeight(requests, liked);
  EXPECT_GT(knows->weight(), 0.2);
  // Noise may fit the few people here by luck, so there are several.
  std::vector<double> weights;
  for (noise_ = 0; noise_ < 9; ++noise_) {
    const auto knows_nothing = Make(1);
    knows_nothing->prior()->LearnWeight(requests, liked);
    weights.push_back(knows_nothing->weight());
  }
  std::ranges::sort(weights);
  EXPECT_LT(weights[4], 0.1) << ::testing::PrintToString(weights);
}

TEST_F(GroundedTest, ALoadedPlannerKeepsItsWeightItsAlignmentAndItsPlans) {
  const auto planner = Make(0);
  world_.Train(*planner, 6, 60);
  EXPECT_GT(planner->weight(), 0);
  TensorFile file;
  planner->Save(file);
  const auto loaded = Make(0);
  loaded->Load(file);
  EXPECT_EQ(loaded->weight(), planner->weight());
  EXPECT_EQ(Alignment(*loaded), Alignment(*planner));
  EXPECT_EQ(Judge(*loaded), Judge(*planner));
  // A model that misleads has a negative alignment.
  file.arrays["llm_grounded_planner/alignment"] = Array::Of(std::vector<double>{-0.5});
  loaded->Load(file);
  EXPECT_EQ(Alignment(*loaded), -0.5);
}

}  // namespace
}  // namespace lerl
