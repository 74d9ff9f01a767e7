#include "lerl/serve/deadline_planner.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// How long the thread sleeps at most before it looks for states to foresee again.
constexpr std::chrono::milliseconds kLook{5};
// Questions that wait while the slow planner hangs; the oldest give way. More than any batch has.
constexpr size_t kMostQuestions = 256;

// The same state in another slot is the same state.
bool SameState(const PlanSnapshot& a, const PlanSnapshot& b) {
  PlanSnapshot moved = b;
  moved.slot = a.slot;
  return a == moved;
}

}  // namespace

void DeadlinePlanner::WaitUntil(std::condition_variable& answered,
                                std::unique_lock<std::mutex>& lock, Clock::time_point until,
                                const std::function<bool()>& done) {
  answered.wait_until(lock, until, done);
}

DeadlinePlanner::DeadlinePlanner(std::unique_ptr<Planner> slow, Options options)
    : name_(slow->name()), options_(std::move(options)), slow_(std::move(slow)) {}

DeadlinePlanner::DeadlinePlanner(std::string name, std::function<std::unique_ptr<Planner>()> make,
                                 Options options)
    : name_(std::move(name)), make_(std::move(make)), options_(std::move(options)) {}

DeadlinePlanner::~DeadlinePlanner() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DeadlinePlanner::ForeseeBy(std::function<std::optional<PlanSnapshot>()> foresee) {
  const std::lock_guard lock(mutex_);
  foresee_ = std::move(foresee);
}

void DeadlinePlanner::Wake() {
  {
    const std::lock_guard lock(mutex_);
    may_foresee_ = true;
    Begin();
  }
  work_.notify_one();
}

void DeadlinePlanner::Since(Clock::time_point came) {
  const std::lock_guard lock(mutex_);
  came_ = came;
}

PlannerHealth DeadlinePlanner::Health() const {
  const std::lock_guard lock(mutex_);
  PlannerHealth health = health_;
  health.waiting = std::ssize(questions_);
  if (health.answers > 0)
    health.seconds_per_answer = seconds_ / static_cast<double>(health.answers);
  return health;
}

void DeadlinePlanner::ForgetHealth() {
  const std::lock_guard lock(mutex_);
  health_ = {.last_failure = health_.last_failure};
  seconds_ = 0;
}

void DeadlinePlanner::TakeOver(const DeadlinePlanner& before) {
  const std::scoped_lock lock(mutex_, before.mutex_);
  for (const uint64_t session : before.recent_) {
    const Answer& answer = before.answers_.at(session);
    Keep(answer.state, answer.plan);
  }
}

void DeadlinePlanner::WaitUntilMade(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  Begin();
  answered_.wait_for(lock, most,
                     [this] { return slow_ != nullptr || !health_.last_failure.empty(); });
}

void DeadlinePlanner::Begin() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Work(); });
}

// Says something to the slow planner, or keeps it until there is one.
void DeadlinePlanner::Tell(std::function<void(Planner&)> what) {
  const std::lock_guard lock(mutex_);
  if (slow_ != nullptr) return what(*slow_);
  told_.push_back(std::move(what));
}

void DeadlinePlanner::BeginIteration(uint64_t seed, PlanMode mode) {
  Tell([seed, mode](Planner& slow) { slow.BeginIteration(seed, mode); });
}

void DeadlinePlanner::Save(TensorFile& file) const {
  const std::lock_guard lock(mutex_);
  LERL_CHECK(slow_ != nullptr);
  slow_->Save(file);
}

void DeadlinePlanner::Load(const TensorFile& file) {
  Tell([file](Planner& slow) { slow.Load(file); });
}

bool DeadlinePlanner::Ready(const PlanSnapshot& state) const {
  const auto found = answers_.find(state.seed);
  return found != answers_.end() && SameState(found->second.state, state);
}

bool DeadlinePlanner::Asked(const PlanSnapshot& state) const {
  const auto same = [&](const PlanSnapshot& other) { return SameState(other, state); };
  return (at_work_ && same(*at_work_)) || std::ranges::any_of(questions_, same);
}

std::vector<Plan> DeadlinePlanner::Rank(std::span<const PlanRequest> requests, PlanMode) {
  const Clock::time_point called = Clock::now();
  std::vector<PlanSnapshot> states;
  for (const PlanRequest& request : requests) states.emplace_back(request);
  // 1. What is not ready is asked, in the place of what the same session asked before.
  std::unique_lock lock(mutex_);
  const Clock::time_point deadline =
      std::exchange(came_, std::nullopt).value_or(called) + options_.deadline;
  for (const PlanSnapshot& state : states) {
    if (Ready(state) || Asked(state)) continue;
    std::erase_if(questions_, [&](const PlanSnapshot& q) { return q.seed == state.seed; });
    if (questions_.size() >= kMostQuestions) questions_.erase(questions_.begin());
    questions_.push_back(state);
  }
  Begin();
  work_.notify_one();
  options_.wait(answered_, lock, deadline, [&] {
    if (slow_ == nullptr) return !options_.waits_until_made || !health_.last_failure.empty();
    if (deadline <= pauses_until_) return true;
    return std::ranges::all_of(states, [&](const PlanSnapshot& state) { return Ready(state); });
  });
  // 2. Its own plan, or the one that the session had last, or none.
  std::vector<Plan> plans(requests.size());
  for (size_t n = 0; n < requests.size(); ++n) {
    if (Ready(states[n])) {
      plans[n] = answers_.at(states[n].seed).plan;
      ++health_.in_time;
    } else if (std::optional<Plan> kept = Kept(requests[n])) {
      plans[n] = std::move(*kept);
      ++health_.kept;
    } else {
      plans[n].origin = PlanOrigin::kFallback;
      plans[n].reason = !health_.last_failure.empty() ? health_.last_failure
                        : slow_ == nullptr            ? "the planner is still being loaded"
                                                      : "the plan was not ready in time";
      ++health_.fallback;
    }
  }
  return plans;
}

std::optional<Plan> DeadlinePlanner::Kept(const PlanRequest& request) const {
  const auto found = answers_.find(request.seed);
  if (found == answers_.end()) return std::nullopt;
  Plan plan = found->second.plan;
  std::erase_if(plan.ranking, [&](int16_t c) { return request.candidates[At(c)] == 0; });
  if (plan.ranking.empty()) return std::nullopt;
  plan.origin = PlanOrigin::kKept;
  plan.reason = "the plan for this step was not ready in time";
  plan.unlisted = 0;
  return plan;
}

void DeadlinePlanner::Keep(PlanSnapshot state, Plan plan) {
  const uint64_t session = state.seed;
  if (const auto found = answers_.find(session); found != answers_.end()) {
    recent_.erase(found->second.recent);
    answers_.erase(found);
  } else if (answers_.size() >= options_.sessions) {
    answers_.erase(recent_.front());
    recent_.pop_front();
  }
  answers_.emplace(
      session, Answer{std::move(state), std::move(plan), recent_.insert(recent_.end(), session)});
}

// The state to rank for next: what a request waits for, else what is foreseen; nothing at the end.
std::optional<PlanSnapshot> DeadlinePlanner::Next(std::unique_lock<std::mutex>& lock) {
  while (!stop_) {
    if (!questions_.empty()) {
      PlanSnapshot question = std::move(questions_.back());
      questions_.pop_back();
      return question;
    }
    if (foresee_ && std::exchange(may_foresee_, false)) {
      lock.unlock();
      std::optional<PlanSnapshot> state = foresee_();
      lock.lock();
      if (state) may_foresee_ = true;  // there may be another one
      if (state && !Ready(*state)) return state;
      continue;
    }
    work_.wait_for(lock, foresee_ ? kLook : std::chrono::milliseconds(1000));
    may_foresee_ = foresee_ != nullptr;
  }
  return std::nullopt;
}

void DeadlinePlanner::Fail(std::unique_lock<std::mutex>& lock, std::string failure) {
  ++health_.failures;
  health_.last_failure = std::move(failure);
  pauses_until_ = Clock::now() + options_.pause;
  answered_.notify_all();
  work_.wait_until(lock, pauses_until_, [&] { return stop_; });
}

bool DeadlinePlanner::MakeSlow(std::unique_lock<std::mutex>& lock) {
  while (slow_ == nullptr && !stop_) {
    const auto told = told_;
    lock.unlock();
    std::unique_ptr<Planner> made;
    std::string failure;
    try {
      made = make_();
      for (const auto& what : told) what(*made);
    } catch (const std::exception& error) {
      failure = error.what();
      made.reset();
    }
    lock.lock();
    if (made == nullptr) {
      Fail(lock, failure);
      continue;
    }
    for (size_t n = told.size(); n < told_.size(); ++n) told_[n](*made);
    told_.clear();
    health_.last_failure.clear();
    slow_ = std::move(made);
    answered_.notify_all();
  }
  return !stop_;
}

void DeadlinePlanner::Work() {
  std::unique_lock lock(mutex_);
  if (!MakeSlow(lock)) return;
  while (const std::optional<PlanSnapshot> state = Next(lock)) {
    at_work_ = state;
    lock.unlock();
    std::vector<Plan> plans;
    std::string failure;
    const Clock::time_point begin = Clock::now();
    try {
      const PlanRequest request = state->View();
      plans = slow_->Rank({&request, 1}, PlanMode::kEvaluation);
      if (plans[0].origin == PlanOrigin::kFallback) failure = plans[0].reason;
    } catch (const std::exception& error) {
      failure = error.what();
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    lock.lock();
    at_work_.reset();
    if (!failure.empty()) {
      Fail(lock, failure);
      continue;
    }
    ++health_.answers;
    seconds_ += took.count();
    health_.last_failure.clear();
    Keep(*state, std::move(plans[0]));
    answered_.notify_all();
  }
}

}  // namespace lerl
