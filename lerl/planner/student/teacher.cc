#include "lerl/planner/student/teacher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {

using Clock = std::chrono::steady_clock;

Teacher::OwnedSession::OwnedSession(const EndedSession& session)
    : user(session.user),
      seed(session.seed),
      total_reward(session.total_reward),
      items(session.items.begin(), session.items.end()),
      responses(session.responses.begin(), session.responses.end()),
      rewards(session.rewards.begin(), session.rewards.end()),
      plans(session.plans.begin(), session.plans.end()),
      dominant(session.dominant.begin(), session.dominant.end()),
      rankings(session.rankings.begin(), session.rankings.end()) {}

EndedSession Teacher::OwnedSession::View() const {
  return {.slot = 0,
          .user = user,
          .seed = seed,
          .total_reward = total_reward,
          .items = items,
          .responses = responses,
          .rewards = rewards,
          .plans = plans,
          .dominant = dominant,
          .rankings = rankings};
}

Teacher::Teacher(std::unique_ptr<Planner> planner, Options options)
    : planner_(std::move(planner)), options_(options) {
  LERL_CHECK(planner_ != nullptr);
  report_ = planner_->Report();
}

Teacher::~Teacher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Teacher::StartThread() {
  if (options_.asynchronous && !thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

std::deque<TeacherAnswer> Teacher::Ask(std::deque<TeacherAnswer> states) {
  StartThread();
  std::unique_lock lock(mutex_);
  std::deque<TeacherAnswer> replaced = std::exchange(waiting_, std::move(states));
  if (options_.asynchronous) {
    lock.unlock();
    changed_.notify_all();
  } else {
    while (WorkOnce(lock)) {
    }
  }
  return replaced;
}

int64_t Teacher::EndIteration(uint64_t seed, std::span<const EndedSession> sessions) {
  StartThread();
  Iteration iteration{seed, {sessions.begin(), sessions.end()}};
  std::unique_lock lock(mutex_);
  const int64_t replaced = ended_ ? 1 : 0;
  ended_ = std::move(iteration);
  if (options_.asynchronous) {
    lock.unlock();
    changed_.notify_all();
  } else {
    while (WorkOnce(lock)) {
    }
  }
  return replaced;
}

std::deque<TeacherAnswer> Teacher::Take() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return std::exchange(finished_, {});
}

Planner& Teacher::Hold() {
  std::unique_lock lock(mutex_);
  LERL_CHECK(!held_);
  held_ = true;
  changed_.wait(lock, [this] { return !busy_; });
  return *planner_;
}

void Teacher::Release() {
  {
    const std::lock_guard lock(mutex_);
    LERL_CHECK(held_);
    report_ = planner_->Report();
    held_ = false;
  }
  changed_.notify_all();
}

PlannerReport Teacher::Report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

void Teacher::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(
        lock, [this] { return stop_ || (!held_ && !failure_ && (ended_ || !waiting_.empty())); });
    if (stop_) return;
    try {
      WorkOnce(lock);
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
}

bool Teacher::TimeForIteration() const {
  constexpr double kAnswerShare = 0.85;  // share of the time that answers get while states wait
  const double seconds = answer_seconds_ + iteration_seconds_;
  return waiting_.empty() || answer_seconds_ > kAnswerShare * seconds;
}

bool Teacher::WorkOnce(std::unique_lock<std::mutex>& lock) {
  if (!ended_ && waiting_.empty()) return false;
  // 1. Under the lock: take a piece of work and, on a thread, keep what Save needs meanwhile.
  std::optional<Iteration> ended;
  std::deque<TeacherAnswer> batch;
  if (ended_ && TimeForIteration()) {
    ended = std::exchange(ended_, std::nullopt);
  } else {
    const size_t count = std::min(At(options_.batch), waiting_.size());
    for (size_t i = 0; i < count; ++i) {
      batch.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  if (options_.asynchronous) {
    planner_before_ = {};
    planner_->Save(planner_before_);
    at_hand_ = batch;
  }
  // 2. Without the lock: the work.
  busy_ = true;
  lock.unlock();
  const Clock::time_point start = Clock::now();
  std::exception_ptr failure;
  PlannerReport report;
  try {
    ended ? Attend(*ended) : AnswerBatch(batch);
    report = planner_->Report();
  } catch (...) {
    failure = std::current_exception();
  }
  // 3. Under the lock again: what came of it.
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  lock.lock();
  (ended ? iteration_seconds_ : answer_seconds_) += seconds;
  busy_ = false;
  changed_.notify_all();
  if (failure) std::rethrow_exception(failure);
  report_ = std::move(report);
  std::move(batch.begin(), batch.end(), std::back_inserter(finished_));
  return true;
}

void Teacher::Attend(const Iteration& iteration) {
  std::vector<EndedSession> sessions;
  for (const OwnedSession& session : iteration.sessions) sessions.push_back(session.View());
  // Reflect comes first: BeginIteration may draw new reflections, and the cached answers that a
  // planner learns from are found under the old ones.
  planner_->Reflect(sessions);
  planner_->BeginIteration(iteration.seed, PlanMode::kTraining);
}

void Teacher::AnswerBatch(std::deque<TeacherAnswer>& batch) {
  std::vector<PlanRequest> requests;
  for (TeacherAnswer& answer : batch) {
    answer.state.slot = static_cast<int>(requests.size());
    requests.push_back(answer.state.View());
  }
  std::vector<Plan> plans = planner_->Rank(requests, PlanMode::kLabelling);
  LERL_CHECK_EQ(plans.size(), batch.size());
  for (size_t i = 0; i < batch.size(); ++i) {
    if (plans[i].origin == PlanOrigin::kFallback)
      batch[i].refusal = plans[i].reason;
    else if (plans[i].ranking.empty())
      batch[i].refusal = "no candidates";
    else
      batch[i].ranking = std::move(plans[i].ranking);
  }
}

void Teacher::Save(TensorFile& file, const std::string& name) const {
  const std::lock_guard lock(mutex_);
  std::deque<TeacherAnswer> waiting = waiting_;
  if (busy_) {
    file.arrays.insert(planner_before_.arrays.begin(), planner_before_.arrays.end());
    waiting.insert(waiting.begin(), at_hand_.begin(), at_hand_.end());
  } else {
    planner_->Save(file);
  }
  SaveTeacherAnswers(file, name + "/waiting", waiting);
  SaveTeacherAnswers(file, name + "/finished", finished_);
}

void Teacher::Load(const TensorFile& file, const std::string& name, const SnapshotAxes& axes) {
  const std::lock_guard lock(mutex_);
  LERL_CHECK(!busy_);
  planner_->Load(file);
  report_ = planner_->Report();
  waiting_ = LoadTeacherAnswers(file, name + "/waiting", axes);
  finished_ = LoadTeacherAnswers(file, name + "/finished", axes);
}

}  // namespace lerl
