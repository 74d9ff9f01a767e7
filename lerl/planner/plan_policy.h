#pragma once
// PlanPolicy: turns a planner's ranking into the plan that is used, and keeps what a planner may
// know of each running session. It is the one place that applies plan_size, skip_last, cadence and
// widening, alike for all planners. A step goes through these stages:
//
//   candidates  The categories that have an allowed item left. skip_last leaves out those that were
//               dominant in the last slate, unless no category would remain.
//   due         A session is ranked anew at its first step and then
//                 replan = every_n        at every step that `cadence` divides
//                 replan = on_saturation  once the exposure of a planned category reaches
//                                         `saturated`
//                 replan = on_surprise    once the share of likes of the last slate differs by
//                                         `surprise` or more from that of all slates before it
//               and in the last two cases `cadence` steps after the last ranking at the latest. A
//               session whose user says another wish than before is ranked anew at once.
//               The reason of every new ranking is counted.
//   plan        The first plan_size categories of the ranking.
//   kept        Between two rankings the plan stays, less the categories that are no candidates
//               any more.
//   widening    While fewer than K allowed items lie inside the plan, a category is added: the next
//               best of the ranking, then the other candidates by id. If that does not help, all
//               categories are added. Every added category is counted.
//
// A planner that ranks nothing (`ranks` of planner/registry.h) plans all categories at every step.
//
// Axes: C categories, I items, K items of a slate.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

// A session that needs a plan for its next slate. Spans live until the end of the call.
struct SlotInput {
  int slot = 0;
  int step = 0;
  std::span<const uint8_t> dominant;  // [C] of the last slate
  std::span<const uint8_t> excluded;  // [I] 1 = must not be shown
  std::string_view wish = {};         // what the user said last that they feel like; "": nothing
};

struct SlotPlan {
  std::vector<uint8_t> plan;     // [C] as used, after widening
  std::vector<int16_t> ranking;  // the planner's latest, best first; candidates of its step alone
  PlanOrigin origin = PlanOrigin::kRule;
  std::string reason;
  int widened = 0;  // categories added because too few items were left

  // The categories of `plan` as the ranking has them, then those that it leaves out, by id.
  std::vector<int16_t> InOrder() const;
};

// A run or a row of which more plans are fallbacks says little of its planner: it is invalid.
inline constexpr double kMaxFallbackShare = 0.05;

// What happened since the start or the last ResetCounts.
struct PlanCounts {
  int64_t plans = 0;
  int64_t by_origin[kPlanOrigins] = {};
  int64_t in_training[kPlanOrigins] = {};  // of by_origin, those of PlanMode::kTraining
  int64_t widened_plans = 0;
  int64_t widened_categories = 0;
  int64_t pairs = 0;            // pairs of consecutive rankings of one session
  int64_t same_first_3 = 0;     // pairs that begin with the same set of 3 (Plan::raw_first)
  int64_t unlisted_labels = 0;  // Plan::unlisted, summed over new rankings
  std::map<std::string, int64_t> reasons;   // reasons of fallbacks and nearest hits
  std::map<std::string, int64_t> rankings;  // new rankings, by why a session was due

  double same_first_3_share() const {
    return pairs == 0 ? 0 : static_cast<double>(same_first_3) / static_cast<double>(pairs);
  }
  // Share of fallbacks among the plans that were asked for in training; kept ones were not.
  double FallbackShareInTraining() const;
  // Unlisted labels per plan that the language model made (fresh, cached, nearest).
  double unlisted_per_plan() const;
  void Add(const PlanCounts& other);
  // As JSON, and back. FromText throws where the text is none of ToText's.
  std::string ToText() const;
  static PlanCounts FromText(const std::string& text);
};

class PlanPolicy {
 public:
  // The data set must outlive the policy.
  PlanPolicy(const Dataset& dataset, PlannerConfig config, std::unique_ptr<Planner> planner,
             int slate_size);
  ~PlanPolicy();

  void Prepare(int slots);
  void Start(int slot, int32_t user, uint64_t session_seed);

  // One plan per input, in the order of the inputs; every slot must have been started.
  void Plan(std::span<const SlotInput> inputs, PlanMode mode, std::vector<SlotPlan>& plans);
  // The request that Plan would make for a session now, if it is due for a new ranking. The spans
  // live until the next call for the slot. For planners that think ahead.
  std::optional<PlanRequest> Foresee(const SlotInput& input);
  // Takes in what the session in a slot was shown after its last plan: items [K] and the responses
  // to them [K].
  void Observe(int slot, std::span<const int32_t> items, std::span<const uint32_t> responses);

  const PlanCounts& counts() const { return counts_; }
  void ResetCounts() { counts_ = {}; }
  void SetCounts(PlanCounts counts) { counts_ = std::move(counts); }
  Planner& planner() { return *planner_; }
  const PlannerConfig& config() const { return config_; }

  // The counts and the planner's own state. Running sessions are not part of it, so save between
  // iterations.
  void Save(TensorFile& file) const;
  void Load(const TensorFile& file);

 private:
  struct Session;

  void FindCandidates(const SlotInput& input, Session& session) const;
  static void TakeWish(const SlotInput& input, Session& session);
  // Why a session is due for a new ranking; nullptr if it keeps the one that it has.
  const char* WhyDue(int step, const Session& session) const;
  bool HasAllowedItem(size_t category, std::span<const uint8_t> excluded) const;
  // Whether at least K allowed items lie inside the plan [C].
  bool HoldsSlate(std::span<const uint8_t> plan, std::span<const uint8_t> excluded) const;
  void TakeRanking(lerl::Plan answer, Session& session);
  void Compose(const SlotInput& input, Session& session, SlotPlan& plan);
  void Widen(const SlotInput& input, const Session& session, SlotPlan& plan) const;
  PlanRequest RequestOf(const SlotInput& input, const Session& session) const;

  const Dataset& dataset_;
  const PlannerConfig config_;
  const bool ranks_;  // of the planner that the configuration names
  const std::unique_ptr<Planner> planner_;
  const int slate_size_;
  const size_t categories_;
  std::vector<std::vector<int32_t>> items_of_category_;  // [C] items of each, ascending
  std::vector<Session> sessions_;                        // [slots]
  PlanCounts counts_;
};

}  // namespace lerl
