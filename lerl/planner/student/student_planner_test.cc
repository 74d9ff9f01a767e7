#include "lerl/planner/student/student_planner.h"

#include <gmock/gmock.h>

#include <chrono>
#include <limits>
#include <map>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/registry.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

class Student : public ::testing::Test {
 protected:
  Student() {
    std::vector<float> likes(dataset_.responses[0].begin(), dataset_.responses[0].end());
    std::vector<int32_t> users;
    for (int64_t user = 0; user < dataset_.num_users(); ++user)
      users.resize(At(dataset_.RowsEnd(user)), static_cast<int32_t>(user));
    model_ = FitMf(users, std::vector<int32_t>(dataset_.items.begin(), dataset_.items.end()), likes,
                   static_cast<int>(dataset_.num_users()), static_cast<int>(dataset_.num_items()),
                   {.factors = 4});
    config_.name = "student";
    config_.llm.context = 4096;
    config_.student.teacher = "fatigue_aware";
    config_.student.min_labels = 32;
  }

  std::unique_ptr<StudentPlanner> Make() const {
    PlannerConfig teacher = config_;
    teacher.name = config_.student.teacher;
    return std::make_unique<StudentPlanner>(config_, Context(), MakePlanner(teacher, Context()));
  }
  std::unique_ptr<StudentPlanner> MakeWithClock(StudentPlanner::Clock clock) const {
    PlannerConfig teacher = config_;
    teacher.name = config_.student.teacher;
    return std::make_unique<StudentPlanner>(config_, Context(), MakePlanner(teacher, Context()),
                                            std::move(clock));
  }
  PlannerContext Context() const {
    return {.dataset = dataset_, .split = split_, .policy_model = model_, .backend = backend_};
  }

  // States as a session leads to them.
  std::vector<OwnedRequest> Requests(uint64_t seed, int count) const {
    const auto categories = At(dataset_.num_categories());
    std::vector<OwnedRequest> requests;
    for (int i = 0; i < count; ++i) {
      Rng rng(seed, "requests", static_cast<uint64_t>(i));
      OwnedRequest request(categories);
      request.slot = i;
      request.user = static_cast<int32_t>(rng.Below(static_cast<uint64_t>(dataset_.num_users())));
      request.step = static_cast<int>(rng.Below(12));
      request.seed = rng.Next();
      for (int step = 0; step < request.step; ++step) {
        const size_t shown = rng.Below(categories);
        for (float& exposure : request.exposure) exposure *= 0.8F;
        request.exposure[shown] += 1;
        request.shown[shown] += 6;
        request.liked[shown] += 3;
        request.last_liked_step[shown] = step;
        request.dominant.assign(categories, 0);
        request.dominant[shown] = 1;
        request.candidates.assign(categories, 1);
        request.candidates[shown] = 0;
        request.last_items = {0, 1, 2, 3, 4, 5};
        request.last_responses.assign(6, static_cast<uint32_t>(rng.Below(2)));
      }
      requests.push_back(std::move(request));
    }
    return requests;
  }

  void Iterate(StudentPlanner& student, uint64_t iteration,
               PlanMode mode = PlanMode::kTraining) const {
    student.BeginIteration(DeriveSeed(1, "iteration", iteration), mode);
    const std::vector<OwnedRequest> requests = Requests(iteration, 48);
    std::vector<PlanRequest> views;
    for (const OwnedRequest& request : requests) views.push_back(request.View());
    student.Rank(views, mode);
    student.Reflect({});
  }

  static std::map<std::string, int64_t> CountsOf(const Planner& planner) {
    const PlannerCounts counts = planner.Report().counts;
    return {counts.begin(), counts.end()};
  }

  const Dataset dataset_ = MakeSyntheticDataset({});
  const Split split_ = MakeSplit(dataset_, {});
  MfModel model_;
  std::shared_ptr<LlmBackend> backend_;
  PlannerConfig config_;
};

TEST_F(Student, LearnsTheRankingOfItsTeacher) {
  const auto student = Make();
  Iterate(*student, 0);
  const double at_first = student->Teaching().ndcg;
  for (uint64_t n = 1; n < 60; ++n) Iterate(*student, n);
  const TeachingFigures figures = student->Teaching();
  EXPECT_EQ(figures.labels, 60 * 16);
  EXPECT_LT(at_first, 0.8);
  EXPECT_GT(figures.ndcg, 0.95);
  EXPECT_GT(figures.overlap, 0.85);
}

TEST_F(Student, StopsAtAScoreThatIsNoNumber) {
  const auto student = Make();
  OwnedRequest request(At(dataset_.num_categories()));
  request.exposure[1] = std::numeric_limits<float>::quiet_NaN();
  try {
    student->RankByNetwork(request.View());
    ADD_FAILURE() << "ranked by no number";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    EXPECT_THAT(error.what(),
                ::testing::StartsWith("planner 'student' diverged: its score of category "));
  }
}

TEST_F(Student, LearnsWhatALanguageModelPrefers) {
  config_.student.teacher = "llm";
  backend_ =
      MakeScriptedBackend({.score = [](const std::string&, const std::string&,
                                       const std::string& label) { return -0.1 * label[0]; }});
  const auto student = Make();
  for (uint64_t n = 0; n < 40; ++n) Iterate(*student, n);
  EXPECT_GT(student->Teaching().ndcg, 0.95);
  EXPECT_GT(CountsOf(*student).at("teacher: answers in evaluation"), 0);
}

TEST_F(Student, ReportsThatTheBudgetOfItsTeacherIsUsedUp) {
  config_.student.teacher = "llm";
  const auto model = std::make_shared<Reachable>(MakeScriptedBackend({}));
  backend_ = model;
  const auto student = Make();
  Iterate(*student, 0);
  EXPECT_EQ(student->Report().stop_reason, "");
  model->exhausted = "the budget is used up";
  Iterate(*student, 1);
  EXPECT_EQ(student->Report().stop_reason, "the budget is used up");
}

TEST_F(Student, RanksByAStatedHeuristicUntilItHasEnoughAnswersAndCountsIt) {
  const auto student = Make();
  config_.name = "fatigue_aware";
  const auto heuristic = MakePlanner(config_, Context());
  const OwnedRequest request = Requests(5, 1)[0];
  const Plan cold = RankOne(*student, request);
  EXPECT_EQ(cold.origin, PlanOrigin::kFallback);
  EXPECT_THAT(cold.reason, ::testing::HasSubstr("too few labels"));
  EXPECT_EQ(cold.ranking, RankOne(*heuristic, request).ranking);
  Iterate(*student, 0);
  EXPECT_EQ(RankOne(*student, request).origin, PlanOrigin::kFallback);
  Iterate(*student, 1);  // 2 x 16 answers
  const Plan own = RankOne(*student, request);
  EXPECT_EQ(own.origin, PlanOrigin::kRule);
  EXPECT_EQ(own.ranking, student->RankByNetwork(request.View()).ranking);
  const auto counts = CountsOf(*student);
  EXPECT_EQ(counts.at("rankings at the cold start"), 48 + 48 + 2);
  EXPECT_EQ(counts.at("rankings by the student"), 1);
}

TEST_F(Student, AsksForNoMoreAnswersThanARunMay) {
  config_.student.max_labels = 40;
  const auto student = Make();
  for (uint64_t n = 0; n < 5; ++n) Iterate(*student, n);
  EXPECT_EQ(student->Teaching().labels, 40);
}

TEST_F(Student, KeepsTheMedianAgeOfItsAnswersWithinItsBound) {
  config_.student.max_label_age = 4;
  const auto student = Make();
  for (uint64_t n = 0; n < 20; ++n) {
    Iterate(*student, n);
    EXPECT_LE(student->Teaching().median_age, 4);
  }
  EXPECT_GT(CountsOf(*student).at("labels dropped for their age"), 0);
}

TEST_F(Student, NeverLearnsFromAnAnswerBeyondTheAgeLimit) {
  config_.student.oldest_label = 2;
  const auto student = Make();
  for (uint64_t n = 0; n < 8; ++n) {
    Iterate(*student, n);
    EXPECT_LE(student->Teaching().labels_kept, 3 * 16);
    EXPECT_LE(CountsOf(*student).at("age of the oldest label"), 2);
  }
  EXPECT_EQ(CountsOf(*student).at("labels that became too old to learn from"), 5 * 16);
  EXPECT_EQ(student->Teaching().labels, 8 * 16);
}

// Each reading of the clock is a second later: 1 when it begins, and two in an iteration.
TEST_F(Student, KeepsToALimitInSecondsOfTheRunAcrossProcesses) {
  config_.student.oldest_label_seconds = 4;
  double seconds = 0;
  const auto clock = [&seconds] { return seconds += 1; };
  const auto student = MakeWithClock(clock);
  for (uint64_t n = 0; n < 5; ++n) Iterate(*student, n);
  // Visited at 1, 3, 5, 7 and 9, taken at 10: those at 7 and 9 are within 4 seconds.
  EXPECT_EQ(student->Teaching().labels_kept, 2 * 16);
  EXPECT_EQ(CountsOf(*student).at("labels that became too old to learn from"), 3 * 16);
  TensorFile file;
  student->Save(file);
  seconds = 1000;  // another process, much later
  const auto loaded = MakeWithClock(clock);
  loaded->Load(file);
  Iterate(*loaded, 5);  // visited at 12, taken at 13
  EXPECT_EQ(loaded->Teaching().labels_kept, 2 * 16);
}

TEST_F(Student, DoesNotLearnWhatComesTooLateAndCountsIt) {
  config_.student.oldest_label_seconds = 10;
  double seconds = 0;
  const auto student = MakeWithClock([&seconds] { return seconds += 11; });
  for (uint64_t n = 0; n < 3; ++n) Iterate(*student, n);
  EXPECT_EQ(student->Teaching().labels, 0);
  EXPECT_EQ(CountsOf(*student).at("labels that came too old to learn from"), 3 * 16);
}

TEST_F(Student, LearnsNothingInEvaluationOrOutsideAnIteration) {
  const auto student = Make();
  Iterate(*student, 0);
  Iterate(*student, 1, PlanMode::kEvaluation);
  student->Reflect({});
  EXPECT_EQ(student->Teaching().labels, 16);
}

TEST_F(Student, LetsItsTeacherPlayAndGoesOnAsIfItHadNot) {
  const auto with = Make(), without = Make();
  for (uint64_t n = 0; n < 4; ++n) Iterate(*with, n), Iterate(*without, n);
  const OwnedRequest request = Requests(77, 1)[0];
  config_.name = "fatigue_aware";
  const Plan expected = RankOne(*MakePlanner(config_, Context()), request);
  with->SetTeacherPlays(true);
  EXPECT_EQ(RankOne(*with, request).ranking, expected.ranking);
  with->SetTeacherPlays(false);
  Iterate(*with, 4), Iterate(*without, 4);
  TensorFile a, b;
  with->Save(a), without->Save(b);
  EXPECT_EQ(a.arrays.at("student/network/parameters").bytes,
            b.arrays.at("student/network/parameters").bytes);
}

TEST_F(Student, GoesOnAfterLoadingToTheSameBytes) {
  const auto student = Make();
  for (uint64_t n = 0; n < 3; ++n) Iterate(*student, n);
  TensorFile file;
  student->Save(file);
  const auto loaded = Make();
  loaded->Load(file);
  for (uint64_t n = 3; n < 6; ++n) Iterate(*student, n), Iterate(*loaded, n);
  TensorFile a, b;
  student->Save(a), loaded->Save(b);
  ASSERT_EQ(a.arrays.size(), b.arrays.size());
  for (const auto& [name, array] : a.arrays) EXPECT_EQ(array.bytes, b.at(name).bytes) << name;
}

TEST_F(Student, LearnsFromATeacherOnAThreadOfItsOwn) {
  config_.student.asynchronous = true;
  const auto student = Make();
  uint64_t n = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (student->Teaching().labels < 600 && std::chrono::steady_clock::now() < end)
    Iterate(*student, n++);
  EXPECT_GE(student->Teaching().labels, 600);
  EXPECT_GT(student->Teaching().ndcg, 0.8);
  TensorFile file;
  student->Save(file);  // while the teacher may be at work
  const auto loaded = Make();
  loaded->Load(file);
  Iterate(*loaded, n);
  EXPECT_GE(loaded->Teaching().labels, student->Teaching().labels);
}

TEST_F(Student, KeepsToItsAgeLimitHoweverSlowItsTeacherIs) {
  config_.student.asynchronous = true;
  config_.student.oldest_label = 1;
  const auto student = Make();
  for (uint64_t n = 0; n < 50; ++n) {
    Iterate(*student, n);
    EXPECT_LE(CountsOf(*student).at("age of the oldest label"), 1);
  }
}

TEST_F(Student, TakesALimitInSecondsFromAnAsynchronousTeacherAlone) {
  config_.student.oldest_label_seconds = 5;
  try {
    MakePlanner(config_, Context());
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), ::testing::StartsWith("planner.student.oldest_label_seconds: "));
  }
  config_.student.asynchronous = true;
  EXPECT_EQ(MakePlanner(config_, Context())->name(), "student");
}

TEST_F(Student, RefusesTeachersThatHaveNothingToTeach) {
  for (const auto& [teacher, says] : std::map<std::string, std::string>{
           {"oracle", "reads the running session's truth"},
           {"student", "no ranking to imitate"},
           {"none", "no ranking to imitate"},
           {"fatigue_awar", "planner.student.teacher: there is no planner"}}) {
    config_.student.teacher = teacher;
    try {
      MakePlanner(config_, Context());
      ADD_FAILURE() << teacher;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(says));
    }
  }
}

}  // namespace
}  // namespace lerl
