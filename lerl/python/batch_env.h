#pragma once
// BatchEnv: the environment as reinforcement-learning libraries of Python take it, many sessions
// side by side. It is an Env (sim/env.h) and a plan policy, with three things added:
//
//   draws         Which user comes next, and the seed of the session, are drawn here: for session n
//                 of environment i from the stream
//                     Rng(seed_i, "sessions of an environment", n)
//                 Each environment has a seed of its own, so no two are alike, and a reset with a
//                 seed begins its stream anew.
//   observations  are written into memory that stays where it is (BatchMemory), so that Python sees
//                 them without a copy.
//   any slate     may be given. Libraries draw items at random and without looking at masks; an
//                 item that may not be shown, or stands twice, is replaced by the next item id that
//                 may be shown (after the last item comes the first), and counted. Otherwise an
//                 action is what Env takes, and the results are the same to the bit.
//
// A session ends as terminated or truncated, never as both. What then happens is Autoreset's to
// say, after Gymnasium's autoreset modes:
//
//   kSameStep   The next session starts within the same step. What the step returns belongs to the
//               new session, but for reward, terminated and truncated; the last observation of the
//               old one is in `final`.
//   kNextStep   The next step ignores the action of this environment and starts the next session,
//               with a reward of 0.
//   kDisabled   The environment waits for Reset; a step before that is an error.
//
// Axes: B environments, K items of a slate, I items, F behaviours, C categories, A width of an item
// vector, D features.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/split.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/python/observation_memory.h"
#include "lerl/python/session_features.h"
#include "lerl/sim/env.h"
#include "lerl/train/run_config.h"
#include "lerl/train/world.h"

namespace lerl {

enum class Autoreset : uint8_t { kSameStep, kNextStep, kDisabled };

// All that a step writes.
struct BatchMemory {
  ObservationMemory now, final;     // final: rows of sessions that ended in the last step alone
  std::vector<float> rewards;       // [B]
  std::vector<float> expected;      // [B] reward of the probabilities in place of the draws
  std::vector<uint8_t> terminated;  // [B]
  std::vector<uint8_t> truncated;   // [B]
  std::vector<uint8_t> started;     // [B] 1 = a session began in the last step or reset
  std::vector<int32_t> step;        // [B] steps that the session has taken
  std::vector<int32_t> replaced;    // [B] items of the last slate that had to be replaced
};

struct BatchEnvOptions {
  int envs = 1;                 // B
  std::string users = "train";  // whose sessions: train or validation
  Autoreset autoreset = Autoreset::kSameStep;
  int threads = 1;
  std::shared_ptr<Planner> planner = nullptr;  // in place of the one that the settings name
};

class BatchEnv {
 public:
  // The world must have been loaded with these settings. Throws Error(kConfig, kUsage) where they
  // can't work.
  BatchEnv(std::shared_ptr<const World> world, const RunConfig& config,
           const BatchEnvOptions& options);
  ~BatchEnv();

  // Starts a session in every environment where `which` [B] is 1 (empty: in all), with a new stream
  // where there are `seeds` [B], going on with the old one otherwise.
  void Reset(std::span<const uint64_t> seeds, std::span<const uint8_t> which);
  // Shows slates [B, K] of item ids. Throws Error(kUsage), with nothing changed, for an id that is
  // no item, and as Autoreset says.
  void Step(std::span<const int32_t> slates);
  // Shows the slates [K] whose items have the largest products with vectors [B, A], inside the
  // mask. Throws Error(kUsage) for a number that is not finite.
  void StepVirtual(std::span<const float> vectors);

  const BatchMemory& memory() const { return memory_; }
  BatchMemory& memory() { return memory_; }
  const World& world() const { return *world_; }
  const RunConfig& config() const { return config_; }
  int envs() const { return options_.envs; }
  int64_t slate_size() const { return static_cast<int64_t>(k_); }
  int64_t item_width() const { return world_->factors.width; }  // A
  bool planned() const { return planned_; }
  const SessionFeatures& features() const { return features_; }

 private:
  void StartSession(int env);
  void MakePlans(std::span<const int> envs);
  void Observe(int env, ObservationMemory& into);
  // Writes into slates_ what is shown in place of a slate, and counts what had to be replaced.
  void Repair(int env, std::span<const int32_t> slate);
  void RequireRunning() const;
  void Show();
  void TakeIn(int env);

  const std::shared_ptr<const World> world_;
  const RunConfig config_;
  const BatchEnvOptions options_;
  const std::vector<int32_t>& users_;
  const size_t items_, categories_, k_, behaviours_;
  const bool planned_;
  std::unique_ptr<Env> env_;
  std::unique_ptr<PlanPolicy> plans_;
  SessionFeatures features_;
  BatchMemory memory_;
  std::vector<uint64_t> seeds_, sessions_;  // [B] of the stream; sessions begun in it
  std::vector<uint8_t> ended_;              // [B] 1 = no session runs
  std::vector<uint8_t> restart_;            // [B] 1 = the running step starts a session (kNextStep)
  std::vector<SlotPlan> slot_plans_;
  std::vector<SlotInput> inputs_;
  std::vector<int32_t> slates_;   // [B, K]
  std::vector<uint8_t> nothing_;  // [I] zeros: nothing is excluded beside the mask
  std::vector<float> scores_;     // [I]
  StepResult result_;
};

}  // namespace lerl
