#include "lerl/events/group_commit.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lerl {
namespace {

// Callers that a commit has just let go come back at once where they have more to write. Waiting
// for them this long makes the next group whole, where half of them would wait for two commits.
constexpr std::chrono::nanoseconds kLongestGathering = std::chrono::milliseconds(1);
constexpr int kShareOfACommit = 4;

}  // namespace

GroupCommit::GroupCommit(Transaction& transaction) : transaction_(transaction) {
  thread_ = std::thread([this] { Work(); });
}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void GroupCommit::Run(const std::function<void()>& change) {
  std::future<void> done;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({.change = &change, .done = {}});
    done = queue_.back().done.get_future();
  }
  arrived_.notify_one();
  done.get();
}

int64_t GroupCommit::waiting() {
  const std::lock_guard lock(mutex_);
  return std::ssize(queue_);
}

std::vector<GroupCommit::Waiting> GroupCommit::NextGroup() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (last_group_ > 1 && queue_.size() < last_group_) {
    const auto gathering = std::min(kLongestGathering, last_duration_ / kShareOfACommit);
    arrived_.wait_for(lock, gathering,
                      [this] { return stopping_ || queue_.size() >= last_group_; });
  }
  last_group_ = queue_.size();
  return std::exchange(queue_, {});
}

void GroupCommit::Work() {
  while (true) {
    std::vector<Waiting> group = NextGroup();
    if (group.empty()) return;  // stopping, and nothing waits
    const auto start = std::chrono::steady_clock::now();
    Commit(group);
    last_duration_ = std::chrono::steady_clock::now() - start;
  }
}

// Whoever came while the transaction could not begin has waited for the same reason, and must not
// wait for it once more.
bool GroupCommit::Begin(std::vector<Waiting>& group) {
  try {
    transaction_.Begin();
    return true;
  } catch (...) {
    transaction_.RollBack();
    {
      const std::lock_guard lock(mutex_);
      std::ranges::move(queue_, std::back_inserter(group));
      queue_.clear();
    }
    for (Waiting& waiting : group) waiting.done.set_exception(std::current_exception());
    return false;
  }
}

void GroupCommit::Commit(std::vector<Waiting>& group) {
  if (!Begin(group)) return;
  std::vector<std::exception_ptr> faults(group.size());
  try {
    for (size_t i = 0; i < group.size(); ++i) {
      try {
        transaction_.Apply(*group[i].change);
      } catch (...) {
        faults[i] = std::current_exception();
        if (transaction_.IsLost(faults[i])) throw;
      }
    }
    transaction_.Commit();
  } catch (...) {
    transaction_.RollBack();
    faults.assign(group.size(), std::current_exception());
  }
  for (size_t i = 0; i < group.size(); ++i) {
    if (faults[i] != nullptr)
      group[i].done.set_exception(faults[i]);
    else
      group[i].done.set_value();
  }
}

}  // namespace lerl
