#pragma once
// Teacher: a planner that ranks for a student to imitate. It works either within the calls of Ask
// and EndIteration (deterministic) or on a thread of its own, at its own pace (asynchronous).
//
//   Ask           Puts the states of the newest iteration in the place of those that still wait. So
//                 the queue is bounded, and a slow teacher answers for what was visited last.
//   EndIteration  Lets the planner do what it does at the end of an iteration: it reflects, and
//                 draws new reflections. A teacher that is behind does so for the newest iteration
//                 alone, and gives at most 15% of its time to it while states wait.
//   Take          Returns the finished answers, in the order of their states.
//   Hold          Stops the thread after the work at hand and hands out the planner.
//   Release       Lets the thread go on.
//   Save          Does not wait for the work at hand. The planner is saved as it stood before that
//                 work, whose states are saved among those that wait. An iteration that the planner
//                 has not ended yet is left out.
//
// Answers are made in PlanMode::kLabelling: each is computed for its state or an exact hit of a
// cache. Where the planner falls back, the answer has a refusal and no ranking. What the planner
// throws on the thread, the next Take throws. The thread begins with the first Ask or EndIteration
// and ends with the object, after the work at hand.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "lerl/planner/planner.h"
#include "lerl/planner/student/teacher_answer.h"

namespace lerl {

class Teacher {
 public:
  struct Options {
    bool asynchronous = false;
    int64_t batch = 8;  // states answered for together
  };

  Teacher(std::unique_ptr<Planner> planner, Options options);
  ~Teacher();
  Teacher(const Teacher&) = delete;
  Teacher& operator=(const Teacher&) = delete;

  // Returns the states that were replaced before the teacher began with them.
  std::deque<TeacherAnswer> Ask(std::deque<TeacherAnswer> states);
  // Returns how many iterations (0 or 1) were replaced before the teacher began with them.
  int64_t EndIteration(uint64_t seed, std::span<const EndedSession> sessions);
  std::deque<TeacherAnswer> Take();

  Planner& Hold();
  void Release();
  // What the planner reported after its latest work, without waiting.
  PlannerReport Report() const;

  // The planner, the states that wait and the answers that were not taken.
  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name, const SnapshotAxes& axes);

 private:
  // An EndedSession that owns its columns, so that it can wait for the thread.
  struct OwnedSession {
    explicit OwnedSession(const EndedSession& session);
    EndedSession View() const;
    int32_t user;
    uint64_t seed;
    double total_reward;
    std::vector<int32_t> items;
    std::vector<uint32_t> responses;
    std::vector<float> rewards;
    std::vector<uint8_t> plans, dominant;
    std::vector<int16_t> rankings;
  };
  struct Iteration {
    uint64_t seed = 0;
    std::vector<OwnedSession> sessions;
  };

  void Run();
  // Does one piece of work: an ended iteration or a batch of states. Returns false without any.
  bool WorkOnce(std::unique_lock<std::mutex>& lock);
  void AnswerBatch(std::deque<TeacherAnswer>& batch);
  void Attend(const Iteration& iteration);
  void StartThread();
  bool TimeForIteration() const;

  const std::unique_ptr<Planner> planner_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All of these are guarded by the mutex. The planner is used without it, by the thread while
  // `busy_`, and by the caller of Hold while `held_`.
  std::deque<TeacherAnswer> waiting_, finished_;
  std::optional<Iteration> ended_;
  PlannerReport report_;
  double answer_seconds_ = 0, iteration_seconds_ = 0;  // time spent on either so far
  // For Save: the planner as it was before the work at hand, and the states of that work. Only an
  // asynchronous teacher keeps them.
  TensorFile planner_before_;
  std::deque<TeacherAnswer> at_hand_;
  bool busy_ = false, held_ = false, stop_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace lerl
