#pragma once
// TeacherAnswer: what the teacher answered for a state of the training loop. AnswerBuffer: the
// answers that the student learns from. Settings, files and metrics have an older name for an
// answer: label.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "lerl/planner/student/plan_snapshot.h"

namespace lerl {

struct TeacherAnswer {
  PlanSnapshot state;
  int64_t iteration = 0;         // the iteration in which the state was visited
  double visited = 0;            // seconds of the run until then; 0 where nobody asks
  bool uniform = false;          // the state was drawn uniformly, so agreement is measured on it
  std::vector<int16_t> ranking;  // the teacher's; empty while it is asked for, or if it refused
  std::string refusal;           // why the teacher gave no ranking to learn from

  bool operator==(const TeacherAnswer&) const = default;
};

void SaveTeacherAnswers(TensorFile& file, const std::string& name,
                        const std::deque<TeacherAnswer>& answers);
std::deque<TeacherAnswer> LoadTeacherAnswers(const TensorFile& file, const std::string& name,
                                             const SnapshotAxes& axes);

// The age beyond which an answer is never learned from, whenever it comes: it is of a state of a
// student that has since become another one. An answer of exactly the limit's age is still learned
// from. 0: no limit.
struct AnswerAgeLimit {
  int64_t iterations = 0;
  double seconds = 0;  // of the run

  bool any() const { return iterations > 0 || seconds > 0; }
  // Whether an answer is too old, in this iteration and after these seconds of the run.
  bool Excludes(const TeacherAnswer& answer, int64_t iteration, double now) const;
};

// The answers that the student learns from, oldest state first. The age of an answer is the number
// of iterations since its state was visited. The oldest answers are dropped while there are more
// than `capacity`, or while the median age (of an even number of answers the upper one) is above
// `max_age`. So the loop never waits for answers.
class AnswerBuffer {
 public:
  AnswerBuffer(int64_t capacity, int64_t max_age) : capacity_(capacity), max_age_(max_age) {}

  // Answers must come in the order of their iterations.
  void Add(TeacherAnswer answer);
  // Drops the answers that are too old in this iteration. To be called once per iteration, before
  // learning.
  void DropOld(int64_t iteration);
  // Drops every answer that the limit excludes.
  void DropExcluded(const AnswerAgeLimit& limit, int64_t iteration, double now);

  int64_t MedianAge(int64_t iteration) const;  // 0 when empty
  int64_t OldestAge(int64_t iteration) const;  // 0 when empty
  const std::deque<TeacherAnswer>& answers() const { return answers_; }
  int64_t dropped() const { return dropped_; }  // answers dropped by DropOld so far

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name, const SnapshotAxes& axes);

 private:
  const int64_t capacity_, max_age_;
  std::deque<TeacherAnswer> answers_;
  int64_t dropped_ = 0;
};

}  // namespace lerl
