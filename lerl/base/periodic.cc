#include "lerl/base/periodic.h"

#include <exception>
#include <utility>

#include "lerl/base/log.h"

namespace lerl {

Periodic::Periodic(std::string what, std::chrono::milliseconds pause, std::function<void()> work)
    : what_(std::move(what)), pause_(pause), work_(std::move(work)), thread_([this] { Loop(); }) {}

Periodic::~Periodic() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Periodic::Wake() {
  {
    const std::lock_guard lock(mutex_);
    awake_ = true;
  }
  changed_.notify_all();
}

void Periodic::Loop() {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    awake_ = false;
    lock.unlock();
    Try();
    lock.lock();
    changed_.wait_for(lock, pause_, [this] { return ends_ || awake_; });
  }
}

void Periodic::Try() {
  try {
    work_();
    last_failure_.clear();
  } catch (const std::exception& error) {
    if (last_failure_ == error.what()) return;
    last_failure_ = error.what();
    LogWarning(what_ + ": " + last_failure_ + "; it is tried again");
  }
}

}  // namespace lerl
