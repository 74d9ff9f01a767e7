#pragma once
// Periodic: work that is done again and again, or when it is asked for, in a thread of its own.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace lerl {

class Periodic {
 public:
  // Does `work`, waits for `pause`, and so on until it is destroyed, which waits for the work at
  // hand. Where it throws, a warning says "WHAT: why", once for each reason that follows another,
  // and it is tried again after the pause.
  Periodic(std::string what, std::chrono::milliseconds pause, std::function<void()> work);
  ~Periodic();
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  // Ends the pause, or lets the next one out where the work is being done.
  void Wake();

 private:
  void Loop();
  void Try();

  const std::string what_;
  const std::chrono::milliseconds pause_;
  const std::function<void()> work_;
  std::string last_failure_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false, awake_ = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace lerl
