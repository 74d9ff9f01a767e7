#include "lerl/serve/experiment_watch.h"

#include <chrono>
#include <exception>
#include <string>

#include "lerl/base/log.h"

namespace lerl {

ExperimentWatch::ExperimentWatch(Experiment& experiment)
    : experiment_(experiment), thread_([this](const std::stop_token& stop) { Watch(stop); }) {}

void ExperimentWatch::Watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      if (!experiment_.Evaluate()) continue;
    } catch (const std::exception& error) {
      LogWarning(std::string("the experiment is not evaluated: ") + error.what());
    }
    std::unique_lock lock(mutex_);
    told_to_stop_.wait_for(lock, stop, std::chrono::microseconds(experiment_.EveryUs()),
                           [] { return false; });
  }
}

}  // namespace lerl
