#pragma once
// Planner: which categories to show next. It returns a ranking of the candidate categories for each
// user; the plan is the first `plan_size` of it (planner/plan_policy.h applies size, skip_last and
// cadence alike for all planners).
//
// Axes: B requests, C categories. A planner sees the log's past and the session so far, never the
// simulator's parameters or probabilities (the registry's `oracle` rows excepted).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"

namespace lerl {

enum class PlanOrigin : uint8_t {
  kRule,      // computed by a heuristic or a network of ours
  kFresh,     // answered by the language model for this request
  kCached,    // exact hit of the plan cache
  kNearest,   // ranking of the nearest cached state
  kKept,      // kept from an earlier step (cadence)
  kFallback,  // the answer was missing or invalid; `reason` says why
};
inline constexpr int kPlanOrigins = 6;
inline constexpr const char* kPlanOriginNames[kPlanOrigins] = {"rule",    "fresh", "cached",
                                                               "nearest", "kept",  "fallback"};

// What a planner may know about one session. Spans live until the end of the call.
struct PlanRequest {
  int slot = 0;
  int step = 0;  // 0 before the first slate
  int32_t user = 0;
  uint64_t seed = 0;                         // of the session
  std::span<const uint8_t> candidates;       // [C] 1 = may be planned (has items left, not skipped)
  std::span<const uint8_t> dominant;         // [C] dominant categories of the last slate
  std::span<const float> exposure;           // [C] decayed share of the session's slates (decay .8)
  std::span<const int32_t> shown;            // [C] items shown in this session, per category
  std::span<const int32_t> liked;            // [C] of them liked (first behaviour)
  std::span<const int32_t> last_liked_step;  // [C] step of the latest like in this session; -1
  std::span<const int32_t> last_shown;       // [C] place of the latest item among those shown; -1
  int32_t items_shown = 0;                   // in this session
  std::span<const int32_t> last_items;       // [K] of the last slate; empty at step 0
  std::span<const uint32_t> last_responses;  // [K] bits
};

struct Plan {
  std::vector<int16_t> ranking;  // candidates, best first, each once; may be shorter than all
  // The first three of the ranking over all categories, before candidates were applied; empty if
  // the planner ranks candidates only. Tells whether the planner's own opinion moves.
  std::vector<int16_t> raw_first;
  PlanOrigin origin = PlanOrigin::kRule;
  std::string reason;  // why, for kFallback and kNearest
};

// A session that has ended, for planners that reflect on it.
struct EndedSession {
  int slot = 0;
  int32_t user = 0;
  uint64_t seed = 0;
  double total_reward = 0;              // S_u, drawn
  std::span<const int32_t> items;       // [steps, K]
  std::span<const uint32_t> responses;  // [steps, K]
  std::span<const float> rewards;       // [steps]
  std::span<const uint8_t> plans;       // [steps, C] as used
  std::span<const uint8_t> dominant;    // [steps, C] dominant categories of the slate before
  std::span<const int16_t> rankings;    // [steps, C] candidates, best first, padded with -1
};

// Counts of what happened since the start, by name ("fresh", "invalid answer: ...").
using PlannerCounts = std::vector<std::pair<std::string, int64_t>>;
// What it has learned, by name ("weight of the language model").
using PlannerFigures = std::vector<std::pair<std::string, double>>;

// What a student has learned so far of its teacher.
struct TeachingFigures {
  int64_t labels = 0;       // that the teacher gave
  int64_t labels_kept = 0;  // of them learned from now
  int64_t median_age = 0;   // of those, iterations since their states were visited
  double overlap = 0;       // of the first plan_size categories, on states drawn uniformly
  double ndcg = 0;          // at 5, on the same states
  double loss = 0;          // of the latest iteration
};

class Planner {
 public:
  virtual ~Planner() = default;

  virtual std::string name() const = 0;
  virtual void Prepare(int slots) { (void)slots; }
  virtual void Start(int slot, int32_t user) { (void)slot, (void)user; }

  virtual std::vector<Plan> Rank(std::span<const PlanRequest> requests) = 0;

  // Rankings for a student to imitate: as in an evaluation. A planner that learns from what it is
  // asked may ask more than its rankings need.
  virtual std::vector<Plan> RankForStudent(std::span<const PlanRequest> requests) {
    SetEvaluation(true);
    std::vector<Plan> plans = Rank(requests);
    SetEvaluation(false);
    return plans;
  }

  // True where Reflect changes later plans: then a run trains whatever its agent does.
  virtual bool learns() const { return false; }
  // Called for each session that ended, in a fixed order, at the end of an iteration.
  virtual void Reflect(std::span<const EndedSession> sessions) { (void)sessions; }
  // Called at the start of an iteration of training (or once before an evaluation): draws the
  // reflections that all prompts share until the next call.
  virtual void BeginIteration(uint64_t seed) { (void)seed; }
  // In evaluation every ranking is computed for its request or is an exact hit of a cache.
  virtual void SetEvaluation(bool evaluation) { (void)evaluation; }
  // Whether plans may try out what is not known well (as the agent's own `explore`).
  virtual void SetExplore(bool explore) { (void)explore; }

  // A student's figures; nothing for a planner that imitates no other.
  virtual std::optional<TeachingFigures> Teaching() const { return std::nullopt; }
  // The teacher plans in the student's place, as in an evaluation, from here on (or no longer).
  // Between two sessions only, and before BeginIteration; false for a planner without a teacher.
  virtual bool SetTeacherPlays(bool plays) {
    (void)plays;
    return false;
  }

  // Of the template, labels and names that a language model is asked with, reflections left out;
  // empty without one.
  virtual std::string PromptHash() const { return ""; }
  virtual PlannerCounts Counts() const { return {}; }
  virtual PlannerFigures Figures() const { return {}; }
  virtual void Save(TensorFile& file) const { (void)file; }
  virtual void Load(const TensorFile& file) { (void)file; }
};

}  // namespace lerl
