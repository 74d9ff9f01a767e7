#pragma once
// SessionUpkeep: what becomes of sessions that nobody speaks of any more, a part at a time. What
// has waited long enough for an answer gets the default one, who has been away long enough has
// left, and what is old enough is deleted. Replicas that share a store may do it at the same time.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/events/event_store.h"
#include "lerl/serve/recommender_config.h"

namespace lerl {

class SessionUpkeep {
 public:
  using Clock = std::function<int64_t()>;  // microseconds since 1970

  // The store must outlive it. Throws Error(kConfig) where the default answer is of a behaviour
  // that the data don't have.
  SessionUpkeep(EventStore& store, const RecommenderConfig& config, const Dataset& dataset,
                Clock clock);

  // Gives the default answer to some of what has waited for one long enough, and returns what came
  // of it. Nothing is left to do where it is about no slates.
  EventStore::DefaultAnswers AnswerByDefault();

  // Ends some of the sessions that lay idle too long, and returns their ids. Nothing is left to do
  // where there are none.
  std::vector<std::string> EndIdle();

  // Deletes the sessions that began more than `keep_days` ago and don't run; returns their number.
  int64_t DeleteOld();

 private:
  EventStore& store_;
  const int64_t wait_us_, idle_us_, keep_us_;  // 0: no default answers; nothing is deleted
  const Clock clock_;
  std::map<std::string, double> answer_;
};

}  // namespace lerl
