#include "lerl/planner/student/teacher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "lerl/base/index.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/state_text.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

// Ranks the categories from the user's number on; can be made to wait, to refuse and to throw.
struct Script {
  std::atomic<bool> open = true;  // a closed one waits in Rank
  std::atomic<bool> throws = false;
  std::atomic<int64_t> ranked = 0, iterations = 0, reflected = 0, asleep = 0;
};

class ScriptedTeacher : public Planner {
 public:
  explicit ScriptedTeacher(Script& script) : script_(script) {}
  std::string name() const override { return "scripted"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override {
    while (!script_.open) {
      script_.asleep = 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    script_.asleep = 0;
    if (script_.throws) throw std::runtime_error("the teacher fell ill");
    EXPECT_EQ(mode, PlanMode::kLabelling);
    std::vector<Plan> plans;
    for (const PlanRequest& request : requests) {
      std::vector<double> scores(request.candidates.size());
      for (size_t c = 0; c < scores.size(); ++c)
        scores[c] = static_cast<double>((c + scores.size() - At(request.user) % scores.size()) %
                                        scores.size()) *
                    -1.0;
      plans.push_back(RankByScores(name(), scores, request.candidates));
      if (request.user == kRefused)
        plans.back().origin = PlanOrigin::kFallback, plans.back().reason = "no answer";
      ++state_;
    }
    script_.ranked += std::ssize(requests);
    return plans;
  }
  void BeginIteration(uint64_t, PlanMode mode) override {
    EXPECT_EQ(mode, PlanMode::kTraining);
    ++script_.iterations;
  }
  void Reflect(std::span<const EndedSession> sessions) override {
    for (const EndedSession& session : sessions) script_.reflected += std::ssize(session.rewards);
  }
  PlannerReport Report() const override { return {.counts = {{"answers", state_}}}; }
  void Save(TensorFile& file) const override {
    file.arrays["answers"] = Array::Of(std::vector<int64_t>{state_});
  }
  void Load(const TensorFile& file) override {
    state_ = file.at("answers").Values<int64_t>().at(0);
  }

  static constexpr int32_t kRefused = 99;

 private:
  Script& script_;
  int64_t state_ = 0;  // not atomic: touched by one thread at a time
};

std::deque<TeacherAnswer> States(int count, int64_t iteration, int32_t first_user = 0) {
  std::deque<TeacherAnswer> states;
  for (int n = 0; n < count; ++n) {
    TeacherAnswer answer{
        .state = PlanSnapshot(4), .iteration = iteration, .ranking = {}, .refusal = ""};
    answer.state.user = first_user + n;
    states.push_back(std::move(answer));
  }
  return states;
}

template <typename Holds>
bool WaitUntil(const Holds& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

class Teachers : public ::testing::Test {
 protected:
  std::unique_ptr<Teacher> Make(bool asynchronous, int64_t batch = 2) {
    return std::make_unique<Teacher>(std::make_unique<ScriptedTeacher>(script_),
                                     Teacher::Options{asynchronous, batch});
  }
  Script script_;
};

TEST_F(Teachers, AnswerAtOnceWhereTheyAreDeterministic) {
  const auto teacher = Make(false);
  EXPECT_TRUE(teacher->Ask(States(5, 3)).empty());
  const std::deque<TeacherAnswer> answers = teacher->Take();
  ASSERT_EQ(answers.size(), 5U);
  EXPECT_EQ(answers[1].ranking, (std::vector<int16_t>{1, 2, 3, 0}));
  EXPECT_EQ(answers[4].iteration, 3);
  EXPECT_TRUE(teacher->Take().empty());
}

TEST_F(Teachers, RefuseWhatIsAFallback) {
  const auto teacher = Make(false);
  teacher->Ask(States(1, 0, ScriptedTeacher::kRefused));
  const std::deque<TeacherAnswer> answers = teacher->Take();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].ranking.empty());
  EXPECT_EQ(answers[0].refusal, "no answer");
}

TEST_F(Teachers, AnswerOnAThreadOfTheirOwnAndInOrder) {
  const auto teacher = Make(true);
  teacher->Ask(States(7, 1));
  std::deque<TeacherAnswer> answers;
  ASSERT_TRUE(WaitUntil([&] {
    for (TeacherAnswer& answer : teacher->Take()) answers.push_back(std::move(answer));
    return answers.size() == 7;
  }));
  for (int32_t n = 0; n < 7; ++n) EXPECT_EQ(answers[At(n)].state.user, n);
}

TEST_F(Teachers, ThatAreSlowGetTheNewestStatesAndTheCallerDoesNotWait) {
  script_.open = false;
  const auto teacher = Make(true);
  teacher->Ask(States(6, 1));
  ASSERT_TRUE(WaitUntil([&] { return script_.asleep == 1; }));  // with the first two
  EXPECT_EQ(teacher->Ask(States(6, 2, 10)).size(), 4U);
  EXPECT_EQ(teacher->Ask(States(3, 3, 20)).size(), 6U);
  EXPECT_TRUE(teacher->Take().empty());
  script_.open = true;
  std::deque<TeacherAnswer> answers;
  ASSERT_TRUE(WaitUntil([&] {
    for (TeacherAnswer& answer : teacher->Take()) answers.push_back(std::move(answer));
    return answers.size() == 5;
  }));
  EXPECT_EQ(answers[1].state.user, 1);
  EXPECT_EQ(answers[2].state.user, 20);
  EXPECT_EQ(answers[2].iteration, 3);
}

TEST_F(Teachers, EndIterationsWithSessionsOfTheirOwn) {
  for (const bool asynchronous : {false, true}) {
    script_.iterations = script_.reflected = 0;
    const auto teacher = Make(asynchronous);
    {
      const std::vector<float> rewards = {1, 2, 3};
      EndedSession session;
      session.user = 1;
      session.rewards = rewards;
      EXPECT_EQ(teacher->EndIteration(7, {&session, 1}), 0);
    }
    EXPECT_TRUE(WaitUntil([&] { return script_.reflected == 3; }));
    EXPECT_EQ(script_.iterations, 1);
  }
}

TEST_F(Teachers, AnswerForStatesBeforeTheyEndAnIteration) {
  script_.open = false;
  const auto teacher = Make(true);
  teacher->Ask(States(4, 1));
  teacher->EndIteration(7, {});
  ASSERT_TRUE(WaitUntil([&] { return script_.asleep == 1; }));
  EXPECT_EQ(script_.iterations, 0);
  script_.open = true;
  EXPECT_TRUE(WaitUntil([&] { return script_.ranked == 4 && script_.iterations == 1; }));
}

TEST_F(Teachers, KeepStillWhileTheyAreHeld) {
  const auto teacher = Make(true);
  teacher->Ask(States(4, 1));
  Planner& planner = teacher->Hold();
  const int64_t before = script_.ranked;
  const PlannerCounts counts = planner.Report().counts;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(script_.ranked, before);
  EXPECT_EQ(counts[0].second, before);
  teacher->Release();
  EXPECT_TRUE(WaitUntil([&] { return script_.ranked == 4; }));
}

TEST_F(Teachers, AreSavedWithoutWaitingAsTheyWereBeforeTheBatchAtHand) {
  const auto teacher = Make(true);
  teacher->Ask(States(2, 1));
  ASSERT_TRUE(WaitUntil([&] { return script_.ranked == 2; }));
  script_.open = false;
  teacher->Ask(States(5, 1));
  ASSERT_TRUE(WaitUntil([&] { return script_.asleep == 1; }));  // with two of them
  TensorFile file;
  teacher->Save(file, "teacher");
  script_.open = true;
  const auto loaded = Make(false);
  loaded->Load(file, "teacher", {4, 100, 1000});
  EXPECT_EQ(loaded->Hold().Report().counts[0].second, 2);
  loaded->Release();
  EXPECT_EQ(loaded->Take().size(), 2U);
  EXPECT_EQ(loaded->Ask({}).size(), 5U);
}

TEST_F(Teachers, StopAfterTheBatchAtHand) {
  script_.open = false;
  std::thread opener;
  {
    const auto teacher = Make(true);
    teacher->Ask(States(10000, 1));
    ASSERT_TRUE(WaitUntil([&] { return script_.asleep > 0; }));
    opener = std::thread([this] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      script_.open = true;
    });
  }
  opener.join();
  EXPECT_LT(script_.ranked, 10000);
}

TEST_F(Teachers, ThrowWhatTheirPlannerThrewWhenAnswersAreTaken) {
  script_.throws = true;
  const auto teacher = Make(true);
  teacher->Ask(States(3, 1));
  EXPECT_TRUE(WaitUntil([&] {
    try {
      teacher->Take();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "the teacher fell ill");
      return true;
    }
    return false;
  }));
  EXPECT_THROW(Make(false)->Ask(States(3, 1)), std::runtime_error);
}

}  // namespace
}  // namespace lerl
