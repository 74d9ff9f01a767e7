#pragma once
// Repeater: work that is done every so often on a thread of its own, until the object goes.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace lerl {

class Repeater {
 public:
  // Waits `seconds` before each time. What the work throws is a warning that begins with `what`;
  // the same one is not said again until the work has succeeded.
  Repeater(std::string what, double seconds, std::function<void()> work);
  ~Repeater();  // waits for work that is under way
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;

 private:
  void Run();
  void Work();

  const std::string what_;
  const double seconds_;
  const std::function<void()> work_;
  std::string failure_;  // the last warning; "" where the work has succeeded since
  std::mutex mutex_;
  std::condition_variable wake_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace lerl
