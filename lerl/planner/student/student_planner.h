#pragma once
// student: a small network that ranks as another planner does, its teacher (the setting
// planner.student.teacher), at the speed that reinforcement learning asks for.
//
// Method: DAgger (Ross, Gordon and Bagnell 2011, arXiv 1011.0686). The student plans in the
// training loop. After each iteration the teacher ranks the categories for some of the states that
// the student's plans led to (planner/student/answer_choice.h, which also names the differences
// from DAgger). The student learns from all answers that are young enough
// (planner/student/teacher_answer.h), by a listwise loss (planner/student/student_network.h).
//
//   BeginIteration  From here on the states that Rank is asked about are collected.
//   Rank            The network ranks. Until min_labels answers have been learned from,
//                   fatigue_aware ranks in its place (kFallback, with the reason, counted).
//   Reflect         1. States are chosen and the teacher is asked about them.
//                   2. The teacher ends its iteration. This comes after step 1 so that a teacher
//                      which learns from the answers of a language model has those answers.
//                   3. The answers that have arrived are taken in. Those for states drawn uniformly
//                      are first compared with the student's own rankings. Old answers are dropped.
//                      Those beyond the age limit (oldest_label, oldest_label_seconds) are never
//                      learned from, nor compared when they come so late; they are counted.
//                   4. The network learns from steps_per_iteration minibatches.
//
// Deterministic mode (the default): every answer of an iteration has arrived by step 3, and a run
// repeats to the same bytes. Asynchronous mode: the teacher answers on a thread of its own
// (planner/student/teacher.h). The loop waits for it, for the batch at hand, only where the teacher
// itself plays in the student's place.
//
// Agreement (planner/student/agreement.h: overlap at plan_size and NDCG at 5) is a mean over the
// latest kAgreementAnswers answers for states drawn uniformly, each compared before the network
// learns from it.
//
// The registry refuses a teacher that reads the simulator's truth: that truth belongs to the
// running session, which has moved on when an answer is asked for.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/planner/planner_context.h"
#include "lerl/planner/student/answer_choice.h"
#include "lerl/planner/student/student_features.h"
#include "lerl/planner/student/student_network.h"
#include "lerl/planner/student/teacher.h"

namespace lerl {

class StudentPlanner : public Planner, public TeachingPlanner {
 public:
  static constexpr int64_t kAgreementAnswers = 64;

  // Seconds that only grow.
  using Clock = std::function<double()>;

  // `teacher` must be able to rank states of sessions that have moved on (planner/registry.cc). The
  // clock is read under a limit in seconds alone.
  StudentPlanner(const PlannerConfig& config, const PlannerContext& context,
                 std::unique_ptr<Planner> teacher, Clock clock = SteadyClock());
  ~StudentPlanner() override;

  std::string name() const override { return "student"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void BeginIteration(uint64_t seed, PlanMode mode) override;
  void Reflect(std::span<const EndedSession> sessions) override;
  bool learns() const override { return true; }
  PlannerReport Report() const override;  // the figures are those of the teacher
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  TeachingPlanner* teaching() override { return this; }
  TeachingFigures Teaching() const override;
  void SetTeacherPlays(bool plays) override;

  // The network's own ranking, whether it has learned enough answers or not.
  Plan RankByNetwork(const PlanRequest& request);

 private:
  struct Agreement {
    double overlap = 0, ndcg = 0;
  };

  static Clock SteadyClock();
  // Seconds of the run so far, without those between two processes; 0 without a limit in seconds.
  double RunSeconds() const;
  bool Ranks() const { return answers_learned_ >= config_.student.min_labels; }
  void Collect(const PlanRequest& request, double uncertainty);
  void AskTeacher();
  void TakeAnswers();
  void Learn();

  const PlannerConfig config_;
  const SnapshotAxes axes_;
  StudentFeatures features_;
  StudentNetwork network_;
  const std::unique_ptr<Planner> cold_start_;
  const std::unique_ptr<Teacher> teacher_;
  Planner* playing_ = nullptr;  // the teacher while it plans in the student's place

  const AnswerAgeLimit age_limit_;
  const Clock clock_;
  double clock_began_;         // when this process began, by the clock
  double seconds_before_ = 0;  // of the run in earlier processes

  AnswerChoice choice_;
  AnswerBuffer buffer_;
  std::deque<Agreement> agreements_;  // the latest
  bool collecting_ = false;           // between BeginIteration and Reflect of training
  uint64_t iteration_seed_ = 0;
  int64_t iteration_ = 0;        // iterations that have ended
  int64_t answers_asked_ = 0;    // without those that newer states replaced
  int64_t answers_learned_ = 0;  // answers taken in since the start
  double loss_ = 0;              // mean over the minibatches of the latest iteration
  std::map<std::string, int64_t> counts_;

  // A uniform sample of the states of the running iteration (reservoir sampling).
  std::vector<PlanSnapshot> states_;
  std::vector<Candidate> candidates_;
  int64_t states_seen_ = 0;

  StudentInput input_;
  std::vector<double> scores_;
};

std::unique_ptr<Planner> MakeStudentPlanner(const PlannerConfig& config,
                                            const PlannerContext& context,
                                            std::unique_ptr<Planner> teacher);

}  // namespace lerl
