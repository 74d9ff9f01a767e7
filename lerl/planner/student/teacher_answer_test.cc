#include "lerl/planner/student/teacher_answer.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TeacherAnswer OfIteration(int64_t iteration, std::vector<int16_t> ranking = {2, 0}) {
  return {.state = PlanSnapshot(3),
          .iteration = iteration,
          .uniform = iteration % 2 == 0,
          .ranking = std::move(ranking),
          .refusal = ""};
}

std::vector<int64_t> Iterations(const AnswerBuffer& buffer) {
  std::vector<int64_t> iterations;
  for (const TeacherAnswer& answer : buffer.answers()) iterations.push_back(answer.iteration);
  return iterations;
}

TEST(AnswerBuffer, DropsTheOldestWhileTheMedianAgeIsAboveItsBound) {
  AnswerBuffer buffer(100, 3);
  for (const int64_t iteration : {1, 2, 3, 6, 8}) buffer.Add(OfIteration(iteration));
  EXPECT_EQ(buffer.MedianAge(6), 3);  // ages 5 4 3 0 -2
  buffer.DropOld(6);
  EXPECT_EQ(buffer.dropped(), 0);
  // At 9 the ages are 8 7 6 3 1, the median 6; without 1 the upper median of 7 6 3 1 is 6; without
  // 2 that of 6 3 1 is 3.
  buffer.DropOld(9);
  EXPECT_EQ(Iterations(buffer), (std::vector<int64_t>{3, 6, 8}));
  EXPECT_EQ(buffer.MedianAge(9), 3);
  EXPECT_EQ(buffer.dropped(), 2);
}

TEST(AnswerBuffer, HoldsTheBoundThroughoutALongRunInWhichTheTeacherStops) {
  AnswerBuffer buffer(1000, 5);
  for (int64_t iteration = 0; iteration < 200; ++iteration) {
    if (iteration < 150)
      for (int n = 0; n < 1 + iteration % 3; ++n) buffer.Add(OfIteration(iteration));
    buffer.DropOld(iteration);
    EXPECT_LE(buffer.MedianAge(iteration), 5);
  }
  EXPECT_TRUE(buffer.answers().empty());
}

TEST(AnswerBuffer, HoldsNoMoreThanItsCapacity) {
  AnswerBuffer buffer(2, 100);
  for (const int64_t iteration : {1, 2, 3}) buffer.Add(OfIteration(iteration));
  EXPECT_EQ(Iterations(buffer), (std::vector<int64_t>{2, 3}));
}

// Ages in iteration 10: 6, 5 and 0; in seconds at 100: 60, 30 and 1.
std::vector<int64_t> KeptBy(const AnswerAgeLimit& limit) {
  AnswerBuffer buffer(100, 1000);
  for (const auto& [iteration, visited] :
       {std::pair{4, 40.0}, std::pair{5, 70.0}, std::pair{10, 99.0}}) {
    TeacherAnswer answer = OfIteration(iteration);
    answer.visited = visited;
    buffer.Add(std::move(answer));
  }
  buffer.DropExcluded(limit, 10, 100);
  return Iterations(buffer);
}

TEST(AnswerAgeLimit, ExcludesEachAnswerThatIsOlderAndNoOther) {
  using Kept = std::vector<int64_t>;
  EXPECT_EQ(KeptBy({}), (Kept{4, 5, 10}));
  EXPECT_EQ(KeptBy({.iterations = 6}), (Kept{4, 5, 10}));
  EXPECT_EQ(KeptBy({.iterations = 5}), (Kept{5, 10}));
  EXPECT_EQ(KeptBy({.seconds = 30}), (Kept{5, 10}));
  EXPECT_EQ(KeptBy({.seconds = 29.5}), (Kept{10}));
  EXPECT_EQ(KeptBy({.iterations = 5, .seconds = 0.5}), (Kept{}));
}

TEST(AnswerBuffer, KnowsItsOldestAge) {
  AnswerBuffer buffer(100, 1000);
  EXPECT_EQ(buffer.OldestAge(7), 0);
  for (const int64_t iteration : {2, 6}) buffer.Add(OfIteration(iteration));
  EXPECT_EQ(buffer.OldestAge(7), 5);
}

TEST(TeacherAnswers, AreReadAsTheyWereWritten) {
  std::deque<TeacherAnswer> answers = {OfIteration(1), OfIteration(2, {1}), OfIteration(4, {})};
  answers[2].refusal = "invalid answer";
  TensorFile file;
  SaveTeacherAnswers(file, "labels", answers);
  EXPECT_EQ(LoadTeacherAnswers(file, "labels", {3, 10, 10}), answers);
  EXPECT_FALSE(file.arrays.contains("labels/visited"));
  answers[1].visited = 12.5;
  SaveTeacherAnswers(file, "labels", answers);
  EXPECT_EQ(LoadTeacherAnswers(file, "labels", {3, 10, 10}), answers);
  SaveTeacherAnswers(file, "none", {});
  EXPECT_TRUE(LoadTeacherAnswers(file, "none", {3, 10, 10}).empty());
}

}  // namespace
}  // namespace lerl
