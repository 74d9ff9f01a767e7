#pragma once
// The training loop and its checkpoints. An iteration is a batch of whole sessions:
//
//   1. draw      The reflections of the iteration and its users are drawn.
//   2. play      Each user plays a whole session, with exploration (train/player.h).
//   3. learn     The agent updates itself on the log of these sessions.
//   4. reflect   The planner takes in the sessions: it reflects on them or learns from them.
//   5. record    A line of metrics is written; every `evaluate_every` iterations it has a point of
//                the learning curve, played by validation users without exploration.
//
// A run may be killed at any moment; resumed, it goes on to the same bytes. For this the checkpoint
// holds everything that decides the future (weights, optimiser, random streams, planner with pool
// and plan cache), it is written between iterations, when no session is running, and what happened
// after it is done again.
//
// With train.patience a run ends early, and with train.keep = "best" its result is the checkpoint
// of the best point of its learning curve (train/validation_record.h), that before the first
// iteration included. run.json names the iteration of the result as `kept_iteration`.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lerl/base/ranks.h"
#include "lerl/base/stop.h"
#include "lerl/train/player.h"
#include "lerl/train/world.h"

namespace lerl {

enum class Resume {
  kNever,     // an unfinished run in the folder is an error
  kContinue,  // an unfinished run goes on from its checkpoint
};

struct TrainResult {
  bool finished = false;  // false: it was stopped, after a checkpoint
  int64_t iterations = 0;
  int64_t user_steps = 0;
  // The iteration whose checkpoint is the result, of a finished run whose learning curve decides
  // (TrainConfig::judges).
  std::optional<int64_t> kept_iteration = {};
  double seconds = 0;                            // that this process took
  std::optional<TeachingFigures> teaching = {};  // of a student; absent without one
  // Why the planner ended it (PlannerReport), such as a budget that is used up; "" otherwise.
  std::string stop_reason = {};
  // Why a finished run says little of its planner: more than kMaxFallbackShare of the plans of its
  // training are fallbacks. "" otherwise. A student's are not counted, which begin with a rule.
  std::string invalid = {};
  // In what a run that was finished before differs from one of this program (StaleRun in
  // train/run_folder.h); "" otherwise.
  std::string stale = {};
};

// Called before the first iteration and after each one, with the number of iterations done and the
// newest validation figures. Where none is given, a progress bar is shown.
using OnIteration = std::function<void(int64_t iteration, const std::string& note)>;
// Asked before and after each iteration: whether to stop with a checkpoint.
using ShouldStop = std::function<bool()>;

// Trains one seed in `folder`, which is locked meanwhile. A finished run is left as it is. A run in
// which neither agent nor planner learns finishes at once. It stops early where `should_stop` says
// so, or where the planner reports a reason. Throws Error(kConfig) when validation users are to
// decide and the split has none, Error(kCheckpoint) when the folder holds a run of another
// configuration, data set or seed, or a damaged one, and Error(kBusy) when another process writes
// to it.
//
// With several ranks all of them call it alike, and come to what one process would
// (train/rank_play.h). Rank 0 alone writes and reads the folder and shows progress; the result of
// the others has no more of a run that was finished before than that it was. Throws Error(kConfig)
// where ranks can't train the configuration together.
TrainResult Train(const World& world, const RunConfig& config, int64_t seed,
                  const std::filesystem::path& folder, Resume resume,
                  const OnIteration& on_iteration = {},
                  const ShouldStop& should_stop = StopRequested, Ranks& ranks = Alone());

// The actors of a finished run, from its checkpoint; their environment shows new items, whatever
// `parts` say. Throws Error(kCheckpoint) when the checkpoint is damaged or belongs to another
// configuration, data set or seed.
Actors LoadRun(const World& world, const RunConfig& config, int64_t seed,
               const std::filesystem::path& folder, ActorParts parts = {});

}  // namespace lerl
