#pragma once
// LearnedRun: a new version of a policy that was served, learned from what its service stored
// (learn/fine_tune.h), as a run's folder like that of training: a service serves it, and learning
// again goes on from it. Beside what every run has, run.json holds
//
//   learned   the parent's version; the range of times, the sessions, slates and users that were
//             learned from, and the slates left out by reason; the settings; what held-out users
//             say of the parent and of the new version; a hash of all that was learned from
//
// and metrics.jsonl has a line for each epoch, the first for the parent. run.json is written last:
// without it the folder is no run. The name of the folder follows from the parent, the settings and
// what was stored, so that the same command finds what it has made before.

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/learn/fine_tune.h"
#include "lerl/serve/served_run.h"

namespace lerl {

struct LearnRequest {
  std::filesystem::path run;  // the parent
  EventsToJudge which = {};
  LearnConfig config = {};
  std::filesystem::path out = "runs";
  bool anyway = false;  // write the best epoch also where it is not shown to be better
};

struct LearnedRun {
  std::string parent;                 // its version
  StoredSlates stored = {};           // without its histories
  LearnedPolicy policy = {};          // empty of a run that was there before
  std::filesystem::path folder = {};  // of the new version; empty: there is none
  std::string version = {};
  bool was_there = false;
};

struct LearnProgress {
  std::function<void(int64_t sessions)> read = [](int64_t) {};
  std::function<void(const LearnedEpoch&)> epoch = [](const LearnedEpoch&) {};
};

// Learns, and writes the new version where there is one. Throws what ReadServedRun,
// ReadStoredSlates and FineTune throw, and Error(kConfig) for a policy that can't learn from
// slates.
LearnedRun LearnFromEvents(EventStore& store, const LearnRequest& request,
                           const LearnProgress& progress = {});

// What a command prints.
nlohmann::json ToJson(const LearnedRun& run);

}  // namespace lerl
