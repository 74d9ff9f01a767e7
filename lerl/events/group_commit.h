#pragma once
// GroupCommit: one thread that makes the changes of many, as many as wait in one transaction, so
// that they share the one wait for the disk. A caller goes on when its change is on the disk.

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace lerl {

class GroupCommit {
 public:
  // What changes are made in. All functions are called by the one thread.
  class Transaction {
   public:
    virtual ~Transaction() = default;
    virtual void Begin() = 0;
    // Makes a change so that it leaves nothing behind where it throws.
    virtual void Apply(const std::function<void()>& change) = 0;
    virtual void Commit() = 0;
    virtual void RollBack() noexcept = 0;
    // Whether an error of Apply means that the whole transaction is lost.
    virtual bool IsLost(const std::exception_ptr& error) = 0;
  };

  explicit GroupCommit(Transaction& transaction);
  ~GroupCommit();  // makes what waits
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Returns when the change has been committed. Throws what it threw; where the transaction could
  // not begin or be committed, or was lost, each of its changes throws that reason, and none of
  // them has changed anything. Where it could not begin, so do those that came meanwhile.
  void Run(const std::function<void()>& change);

  // Changes that no transaction has taken up yet.
  int64_t waiting();

 private:
  struct Waiting {
    const std::function<void()>* change;
    std::promise<void> done;
  };
  void Work();
  std::vector<Waiting> NextGroup();
  bool Begin(std::vector<Waiting>& group);
  void Commit(std::vector<Waiting>& group);

  Transaction& transaction_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Waiting> queue_;
  bool stopping_ = false;
  size_t last_group_ = 0;                      // changes in it
  std::chrono::nanoseconds last_duration_{0};  // of its transaction
  std::thread thread_;
};

}  // namespace lerl
