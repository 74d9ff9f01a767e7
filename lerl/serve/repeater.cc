#include "lerl/serve/repeater.h"

#include <chrono>
#include <exception>
#include <utility>

#include "lerl/base/log.h"

namespace lerl {

Repeater::Repeater(std::string what, double seconds, std::function<void()> work)
    : what_(std::move(what)),
      seconds_(seconds),
      work_(std::move(work)),
      thread_([this] { Run(); }) {}

Repeater::~Repeater() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Repeater::Run() {
  std::unique_lock lock(mutex_);
  while (
      !wake_.wait_for(lock, std::chrono::duration<double>(seconds_), [this] { return closing_; })) {
    lock.unlock();
    Work();
    lock.lock();
  }
}

void Repeater::Work() {
  try {
    work_();
    failure_.clear();
  } catch (const std::exception& error) {
    if (failure_ == error.what()) return;
    failure_ = error.what();
    LogWarning(what_ + ": " + failure_);
  }
}

}  // namespace lerl
