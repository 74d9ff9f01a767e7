#pragma once
// Planner: the concept of what decides which categories a user is shown next. For each request a
// planner returns a ranking of the candidate categories; the plan is the first `plan_size` of that
// ranking. planner/plan_policy.h applies plan_size, skip_last and cadence, alike for all planners.
//
// An iteration of training:
//
//   planner.BeginIteration(seed, PlanMode::kTraining);
//   plans = planner.Rank(requests, PlanMode::kTraining);   at each step of all running sessions
//   planner.Reflect(sessions);                             once they have ended
//
// What only some planners can, they offer through language_model(), prior() and teaching().
//
// Axes: B requests, C categories, K items of a slate.
//
// A planner sees the past that the log holds of a user and the session so far. It never sees the
// simulator's parameters or probabilities, except in the registry's rows marked `oracle`.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/tensor_file.h"

namespace lerl {

class LlmBackend;

// What rankings are made for.
enum class PlanMode : uint8_t {
  // Sessions to learn from. Plans may try out categories whose worth is not known well, as the
  // agent does with items. A language model is asked as far as its budget for training goes.
  kTraining,
  // Sessions between iterations that show how far training has come: the same without trying out.
  kValidation,
  // Every ranking is computed for its request or is an exact hit of a cache.
  kEvaluation,
  // Rankings for a student to imitate, made as in an evaluation. A planner that learns from the
  // answers of a language model may ask for more of them than the rankings need.
  kLabelling,
};
inline constexpr bool IsExact(PlanMode mode) {
  return mode == PlanMode::kEvaluation || mode == PlanMode::kLabelling;
}

enum class PlanOrigin : uint8_t {
  kRule,      // a heuristic or a network of ours computed it
  kFresh,     // the language model answered this request
  kCached,    // the plan cache held the answer for this very state
  kNearest,   // the plan cache held an answer for the nearest state, and that one is used
  kKept,      // it is kept from an earlier step (cadence)
  kFallback,  // the answer was missing or invalid; `reason` says why
};
inline constexpr int kPlanOrigins = 6;
inline constexpr const char* kPlanOriginNames[kPlanOrigins] = {"rule",    "fresh", "cached",
                                                               "nearest", "kept",  "fallback"};

// What a planner may know about one session. Spans live until the end of the call. "Liked" means a
// positive response of the first behaviour (bit 0 of a response).
struct PlanRequest {
  int slot = 0;
  int step = 0;  // 0 before the first slate
  int32_t user = 0;
  uint64_t seed = 0;                         // of the session
  std::span<const uint8_t> candidates;       // [C] 1 = may be planned: has items left, not skipped
  std::span<const uint8_t> dominant;         // [C] 1 = dominant in the last slate
  std::span<const float> exposure;           // [C] e of planner/session_state.h
  std::span<const int32_t> shown;            // [C] items shown in this session
  std::span<const int32_t> liked;            // [C] of the items shown, those liked
  std::span<const int32_t> last_liked_step;  // [C] step of the latest like; -1: none yet
  std::span<const int32_t> last_shown;       // [C] place of the latest item shown; -1: none yet
  int32_t items_shown = 0;                   // in this session, all categories together
  std::span<const int32_t> last_items;       // [K] of the last slate; empty at step 0
  std::span<const uint32_t> last_responses;  // [K] to last_items, one bit per behaviour
  // What the user said last in words that they feel like (wishes/wish_text.h); "" for nothing.
  // Planners that know no wishes plan as if it were "".
  std::string_view wish = {};
};

struct Plan {
  std::vector<int16_t> ranking;  // candidates, best first, each at most once; some may be missing
  // The first three categories of the ranking as it stood before the candidates were applied; empty
  // if the planner ranks candidates alone. They show whether the planner's own opinion moves.
  std::vector<int16_t> raw_first;
  // What the ranking goes by, of all categories: [C], higher is better; empty where it goes by an
  // order alone.
  std::vector<double> scores = {};
  // What the user's wish says of each category, [C] from -1 (refused) to 1 (asked for), as the
  // ranking takes it in; empty where there is no wish, or nothing was found in it.
  std::vector<double> wish = {};
  PlanOrigin origin = PlanOrigin::kRule;
  std::string reason;  // why, for kFallback and kNearest
  int unlisted = 0;    // labels on which the language model's answer is silent (llm/backend.h)
};

// A session that has ended, for planners that learn from it or reflect on it.
struct EndedSession {
  int slot = 0;
  int32_t user = 0;
  uint64_t seed = 0;
  double total_reward = 0;              // S_u, sum of the drawn rewards
  std::span<const int32_t> items;       // [steps, K]
  std::span<const uint32_t> responses;  // [steps, K]
  std::span<const float> rewards;       // [steps]
  std::span<const uint8_t> plans;       // [steps, C] as used, after widening
  std::span<const uint8_t> dominant;    // [steps, C] dominant categories of the slate before
  std::span<const int16_t> rankings;    // [steps, C] candidates, best first, padded with -1
};

// How often something happened since the start, by its name ("reflections written").
using PlannerCounts = std::vector<std::pair<std::string, int64_t>>;
// Figures of what a planner has learned, by name ("weight of the language model").
using PlannerFigures = std::vector<std::pair<std::string, double>>;

struct PlannerReport {
  PlannerCounts counts = {};
  PlannerFigures figures = {};
  // Why training should end before its last iteration, such as a budget that is used up; "" while
  // it may go on. In kEvaluation the planner throws Error(kUnusable) in place of giving a reason.
  std::string stop_reason = {};
};

class LanguageModelPlanner;
class PriorPlanner;
class TeachingPlanner;

class Planner {
 public:
  virtual ~Planner() = default;

  virtual std::string name() const = 0;
  virtual std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) = 0;

  // Draws what all plans share until the next call, such as the reflections in prompts. Called at
  // the start of an iteration (kTraining), and once before an evaluation (kEvaluation).
  virtual void BeginIteration(uint64_t seed, PlanMode mode) { (void)seed, (void)mode; }
  // Takes in the sessions that ended in an iteration, in a fixed order. Called at its end.
  virtual void Reflect(std::span<const EndedSession> sessions) { (void)sessions; }
  // True where Reflect changes later plans. A run with such a planner trains even if its agent does
  // not learn.
  virtual bool learns() const { return false; }

  virtual PlannerReport Report() const { return {}; }
  virtual void Save(TensorFile& file) const { (void)file; }
  virtual void Load(const TensorFile& file) { (void)file; }

  // nullptr for a planner that is none of this.
  virtual LanguageModelPlanner* language_model() { return nullptr; }
  virtual PriorPlanner* prior() { return nullptr; }
  virtual TeachingPlanner* teaching() { return nullptr; }
};

// A planner that asks a language model, as it asks.
class LanguageModelPlanner {
 public:
  virtual ~LanguageModelPlanner() = default;

  // Hash of all that the model is asked with but reflections and states: mode, model, template,
  // labels and names.
  virtual std::string PromptHash() const = 0;
  // Sets the reflections that prompts show from here on; an empty list shows none.
  virtual void ShowReflections(std::vector<std::string> reflections) = 0;

  // The two parts of what the model is asked for a request, for people and benchmarks.
  virtual std::string SharedPrefix() const = 0;
  virtual std::string SuffixOf(const PlanRequest& request) = 0;
  virtual const std::vector<std::string>& labels() const = 0;  // [C]
  // Scores [C] of a request as the ranking uses them.
  virtual std::vector<float> ScoresOf(const PlanRequest& request, PlanMode mode) = 0;
  virtual LlmBackend& backend() = 0;
};

// A planner that ranks by a prior, what a language model says, and by a head of its own, mixed with
// a weight w.
class PriorPlanner {
 public:
  virtual ~PriorPlanner() = default;

  // Takes w from logs, where the settings leave it to be learned: from states before a session's
  // first slate and, for each, the share of the user's next likes in every category [C].
  virtual void LearnWeight(std::span<const PlanRequest> requests,
                           std::span<const std::vector<double>> liked) = 0;
};

// How far a student has come in imitating its teacher.
struct TeachingFigures {
  int64_t labels = 0;       // labels that the teacher gave
  int64_t labels_kept = 0;  // of these, the labels that the student still learns from
  int64_t median_age = 0;   // of the labels kept: iterations since their states were visited
  double overlap = 0;       // agreement on the first plan_size categories, states drawn uniformly
  double ndcg = 0;          // agreement as NDCG at 5, on the same states
  double loss = 0;          // mean loss of the latest iteration
};

// A student, which imitates another planner, its teacher.
class TeachingPlanner {
 public:
  virtual ~TeachingPlanner() = default;

  virtual TeachingFigures Teaching() const = 0;
  // From here on the teacher plans in the student's place, as in an evaluation (true), or the
  // student plans again (false). To be called between two sessions and before BeginIteration.
  virtual void SetTeacherPlays(bool plays) = 0;
};

}  // namespace lerl
