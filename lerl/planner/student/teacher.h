#pragma once
// Teacher: a planner that labels states for a student, either at once (deterministic) or on a
// thread of its own, at its own pace.
//
//   Ask        states of the newest iteration take the place of those that no one has begun with,
//              so the queue is bounded and a slow teacher always labels what was visited last
//   EndIteration  what a planner does at the end of an iteration (draw reflections, reflect); a
//              teacher that is behind takes part in the newest iteration alone, and gives at most
//              15% of its time to this while states wait
//   Take       the finished labels, in the order of their states
//   Hold       stops the thread after the work at hand and hands the planner out; Release lets it
//              go on
//   Save       does not wait for work at hand: it is saved as it stood before, its states
//              among those that wait; an iteration that was not ended yet is left out
//
// Labels are asked for as in an evaluation: each is computed for its state or an exact hit of a
// cache. An answer that is a fallback is a label with a refusal and no ranking. What the planner
// throws on its thread is thrown by the next Take. The thread begins with the first Ask and ends,
// after the batch at hand, with the object.

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
#include "lerl/planner/student/label.h"

namespace lerl {

class Teacher {
 public:
  struct Options {
    bool asynchronous = false;
    int64_t batch = 8;  // states labelled together
  };

  Teacher(std::unique_ptr<Planner> planner, Options options);
  ~Teacher();
  Teacher(const Teacher&) = delete;
  Teacher& operator=(const Teacher&) = delete;

  // Returns the states that were replaced before anyone began with them.
  std::deque<Label> Ask(std::deque<Label> states);
  // Returns how many iterations were replaced so.
  int64_t EndIteration(uint64_t seed, std::span<const EndedSession> sessions);
  std::deque<Label> Take();

  Planner& Hold();
  void Release();
  // The planner's counts and figures after its latest work, without waiting.
  PlannerCounts Counts() const;
  PlannerFigures Figures() const;

  // The planner, the states that wait and the labels that were not taken.
  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  // An EndedSession that owns its columns.
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
  bool WorkOnce(std::unique_lock<std::mutex>& lock);
  void LabelBatch(std::deque<Label>& batch);
  void Attend(const Iteration& iteration);
  void StartThread();
  bool TimeForIteration() const;

  const std::unique_ptr<Planner> planner_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by the mutex; the planner by `busy_` and `held_`.
  std::deque<Label> waiting_, finished_;
  std::optional<Iteration> ended_;
  PlannerCounts counts_;
  PlannerFigures figures_;
  double label_seconds_ = 0, iteration_seconds_ = 0;  // of work so far
  // As it was before the work at hand; of an asynchronous teacher.
  TensorFile planner_before_;
  std::deque<Label> at_hand_;
  bool busy_ = false, held_ = false, stop_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace lerl
