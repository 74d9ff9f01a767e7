#pragma once
// ExperimentWatch: a thread that evaluates an experiment in the background. While the store can't
// be reached it says so and goes on.

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "lerl/serve/experiment.h"

namespace lerl {

class ExperimentWatch {
 public:
  // Begins at once. The experiment must outlive it.
  explicit ExperimentWatch(Experiment& experiment);

 private:
  void Watch(const std::stop_token& stop);

  Experiment& experiment_;
  std::mutex mutex_;
  std::condition_variable_any told_to_stop_;
  std::jthread thread_;  // last, so that it ends first
};

}  // namespace lerl
