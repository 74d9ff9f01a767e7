#pragma once
// student: a small network that ranks like another planner, the teacher (planner.student.teacher),
// at the speed that reinforcement learning asks for.
//
// DAgger (Ross, Gordon and Bagnell 2011, arXiv 1011.0686): the student plans in the training loop;
// after each iteration the teacher is asked about some of the states that this led to
// (planner/student/label_choice.h, with the differences); the student learns from all labels that are young
// enough (planner/student/label.h) by a listwise loss (planner/student/student_network.h).
//
//   BeginIteration   states are collected from here on
//   Rank             the network; before min_labels labels fatigue_aware (kFallback, with the
//                    reason, counted)
//   Reflect          1 states are chosen and asked about, 2 the teacher ends its iteration (after
//                    that, so that one which learns from what it was asked has been asked), 3 the
//                    labels that have arrived are compared with the student's own rankings and then
//                    taken in, old ones dropped, 4 steps_per_iteration minibatches
//
// Deterministic (the default): every label of an iteration has arrived by step 3, and a run repeats
// to the same bytes. Asynchronous: the teacher labels on its own thread (planner/student/teacher.h) and the
// loop waits for it, for the batch at hand, only where the teacher itself is judged.
//
// Agreement (planner/student/agreement.h, at plan_size and at 5) is a mean over the latest kAgreementLabels
// labels of states drawn uniformly, each compared before it was learned from.
//
// A teacher that reads the simulator's truth is refused: its truth is that of the running session,
// which has moved on when a label is asked for.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lerl/planner/planner_context.h"
#include "lerl/planner/student/label_choice.h"
#include "lerl/planner/student/student_features.h"
#include "lerl/planner/student/student_network.h"
#include "lerl/planner/student/teacher.h"

namespace lerl {

class StudentPlanner : public Planner {
 public:
  static constexpr int64_t kAgreementLabels = 64;

  // Throws Error(kConfig) when the settings name a teacher that can't be one.
  StudentPlanner(const PlannerConfig& config, const PlannerContext& context,
                 std::unique_ptr<Planner> teacher);
  ~StudentPlanner() override;

  std::string name() const override { return "student"; }
  void Prepare(int slots) override;
  void Start(int slot, int32_t user) override;
  std::vector<Plan> Rank(std::span<const PlanRequest> requests) override;
  void Reflect(std::span<const EndedSession> sessions) override;
  void BeginIteration(uint64_t seed) override;
  void SetEvaluation(bool evaluation) override;
  bool SetTeacherPlays(bool plays) override;
  bool learns() const override { return true; }
  std::optional<TeachingFigures> Teaching() const override;
  PlannerCounts Counts() const override;
  PlannerFigures Figures() const override;  // the teacher's
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

  // The student's own ranking, trained or not.
  Plan RankByNetwork(const PlanRequest& request);

 private:
  struct Agreement {
    double overlap = 0, ndcg = 0;
  };

  bool Ranks() const { return labels_learned_ >= config_.student.min_labels; }
  void Collect(const PlanRequest& request, double uncertainty);
  void AskTeacher();
  void TakeLabels();
  void Learn();

  const PlannerConfig config_;
  StudentFeatures features_;
  StudentNetwork network_;
  const std::unique_ptr<Planner> cold_start_;
  const std::unique_ptr<Teacher> teacher_;
  Planner* playing_ = nullptr;  // the teacher while it plans in the student's place

  LabelChoice choice_;
  LabelBuffer buffer_;
  std::deque<Agreement> agreements_;  // the latest
  bool evaluation_ = false, collecting_ = false;
  uint64_t iteration_seed_ = 0;
  int64_t iteration_ = 0;  // ended ones
  int64_t labels_asked_ = 0;
  int64_t labels_learned_ = 0;  // taken in
  double loss_ = 0;             // mean over the steps of the latest iteration
  std::map<std::string, int64_t> counts_;

  // States of the iteration that is running: a reservoir.
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
