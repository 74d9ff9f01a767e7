#pragma once
// DeadlinePlanner: a slow planner, such as one that asks a language model, for a service in which
// nobody may wait. The slow planner works on a thread of its own, and as far as it can for states
// that are about to need a plan. A request gets the first of these that there is:
//
//   its own plan   the slow planner's for this very state, ready or finished within the deadline,
//                  which counts from when the request came (Since)
//   kept           the ranking that the slow planner gave the session last, less what is no
//                  candidate any more
//   fallback       none: whoever stands below it ranks (planner/fallback_planner.h)
// The last two say why in their reason. What goes wrong in the slow planner is counted, and never
// reaches a request: while it pauses after a failure nobody waits for it. It may also be made on
// that thread, such as one that loads a model: until it is there requests don't wait.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "lerl/planner/planner.h"
#include "lerl/planner/student/plan_snapshot.h"

namespace lerl {

// How the slow planner is doing, since its start.
struct PlannerHealth {
  int64_t in_time = 0, kept = 0, fallback = 0;  // requests, by what they got
  int64_t answers = 0, failures = 0;            // of the slow planner
  int64_t waiting = 0;                          // states that wait for it now
  double seconds_per_answer = 0;                // mean
  std::string last_failure;                     // "" while there is none
};

class DeadlinePlanner : public Planner {
 public:
  using Clock = std::chrono::steady_clock;
  // How a request waits: until `done`, or until that time. Called once by each Rank.
  using Wait =
      std::function<void(std::condition_variable& answered, std::unique_lock<std::mutex>& lock,
                         Clock::time_point until, const std::function<bool()>& done)>;
  struct Options {
    std::chrono::milliseconds deadline{30};
    size_t sessions = 10000;                // whose latest plans are kept
    std::chrono::milliseconds pause{1000};  // after a failure
    bool waits_until_made = false;          // also where the slow planner has yet to be made
    Wait wait = WaitUntil;                  // tests have their own
  };
  static void WaitUntil(std::condition_variable& answered, std::unique_lock<std::mutex>& lock,
                        Clock::time_point until, const std::function<bool()>& done);

  DeadlinePlanner(std::unique_ptr<Planner> slow, Options options);
  // One that `make` makes, after the first request; where it throws, that is a failure, and it is
  // asked again. It must be callable as long as this planner lives.
  DeadlinePlanner(std::string name, std::function<std::unique_ptr<Planner>()> make,
                  Options options);
  ~DeadlinePlanner() override;

  // A state that will need a plan soon, or nothing. The slow planner's thread asks for one whenever
  // no request waits; it must return at once. To be set before the first request.
  void ForeseeBy(std::function<std::optional<PlanSnapshot>()> foresee);
  // Says that there may be such a state now.
  void Wake();
  // The oldest request of the next Rank came then: its deadline counts from there. Otherwise it
  // counts from the call.
  void Since(Clock::time_point came);
  PlannerHealth Health() const;
  // Counts from here on, as after a self-test.
  void ForgetHealth();
  // Takes over the latest plans of sessions from a planner of the same run.
  void TakeOver(const DeadlinePlanner& before);
  // Has the slow planner made, and waits for it at most so long.
  void WaitUntilMade(std::chrono::milliseconds most);

  std::string name() const override { return name_; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override;
  void BeginIteration(uint64_t seed, PlanMode mode) override;
  void Save(TensorFile& file) const override;  // once the slow planner is there
  void Load(const TensorFile& file) override;

 private:
  struct Answer {
    PlanSnapshot state;
    Plan plan;
    std::list<uint64_t>::iterator recent;
  };

  bool Ready(const PlanSnapshot& state) const;  // with mutex_ held
  bool Asked(const PlanSnapshot& state) const;  // with mutex_ held
  void Tell(std::function<void(Planner&)> what);
  void Begin();  // with mutex_ held
  void Work();
  bool MakeSlow(std::unique_lock<std::mutex>& lock);  // false at the end
  void Fail(std::unique_lock<std::mutex>& lock, std::string failure);
  std::optional<PlanSnapshot> Next(std::unique_lock<std::mutex>& lock);
  void Keep(PlanSnapshot state, Plan plan);  // with mutex_ held
  std::optional<Plan> Kept(const PlanRequest& request) const;

  const std::string name_;
  const std::function<std::unique_ptr<Planner>()> make_;
  const Options options_;
  std::unique_ptr<Planner> slow_;                    // null: not made yet
  std::vector<std::function<void(Planner&)>> told_;  // what it is to be told then
  std::function<std::optional<PlanSnapshot>()> foresee_;
  mutable std::mutex mutex_;
  std::condition_variable work_, answered_;
  bool stop_ = false, may_foresee_ = false;
  std::vector<PlanSnapshot> questions_;    // of requests, the newest last
  std::optional<PlanSnapshot> at_work_;    // the state that the slow planner ranks for now
  std::optional<Clock::time_point> came_;  // what Since said
  Clock::time_point pauses_until_ = Clock::time_point::min();
  std::unordered_map<uint64_t, Answer> answers_;  // by session seed
  std::list<uint64_t> recent_;                    // the least recently answered first
  PlannerHealth health_;
  double seconds_ = 0;
  std::thread thread_;  // begins with the first request
};

}  // namespace lerl
