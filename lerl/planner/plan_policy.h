#pragma once
// PlanPolicy: from a planner's ranking to the plan that is used. The one place that applies
// plan_size, skip_last, cadence and widening, alike for all planners.
//
//   candidates  categories with an allowed item left, without the last slate's dominant ones
//               (skip_last); if nothing is left so, with them. `none` plans all categories.
//   plan        the first plan_size of the ranking
//   due         every n = `cadence` steps; with `replan` on_saturation or on_surprise sooner, when
//   a
//               planned category's exposure reaches `saturated`, or when the share of likes of the
//               last slate differs by `surprise` from that of the slates before; each is counted
//   kept        between rankings the plan stays, less the last slate's dominant categories
//   widening    while fewer than K allowed items are inside, the next best of the ranking is added,
//               then the other candidates by id, then everything; each addition is counted
//
// Axes: C categories, I items, K slate. It also keeps what a planner may know of each session.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

// Spans live until the end of the call.
struct SlotInput {
  int slot = 0;
  int step = 0;
  std::span<const uint8_t> dominant;  // [C] of the last slate
  std::span<const uint8_t> excluded;  // [I] 1 = must not be shown
};

struct SlotPlan {
  std::vector<uint8_t> plan;     // [C] as used, after widening
  std::vector<int16_t> ranking;  // the planner's, candidates only
  PlanOrigin origin = PlanOrigin::kRule;
  std::string reason;
  int widened = 0;  // categories added because too few items were left
};

// What happened since the start or the last ResetCounts.
struct PlanCounts {
  int64_t plans = 0;
  int64_t by_origin[kPlanOrigins] = {};
  int64_t widened_plans = 0;
  int64_t widened_categories = 0;
  int64_t pairs = 0;         // of consecutive rankings of a session, before candidates were applied
  int64_t same_first_3 = 0;  // pairs whose first 3 are the same set
  std::map<std::string, int64_t> reasons;
  std::map<std::string, int64_t> rankings;  // why a session was ranked anew

  double same_first_3_share() const {
    return pairs == 0 ? 0 : static_cast<double>(same_first_3) / static_cast<double>(pairs);
  }
  void Add(const PlanCounts& other);
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
  void Plan(std::span<const SlotInput> inputs, std::vector<SlotPlan>& plans);
  // What a slot was shown by the last plan: items [K] and their responses [K].
  void Observe(int slot, std::span<const int32_t> items, std::span<const uint32_t> responses);

  const PlanCounts& counts() const { return counts_; }
  void ResetCounts() { counts_ = {}; }
  Planner& planner() { return *planner_; }
  const PlannerConfig& config() const { return config_; }

  // Counts and the planner's own state. Sessions that are running are not part of it: save between
  // iterations.
  void Save(TensorFile& file) const;
  void Load(const TensorFile& file);

 private:
  struct Session;

  void FindCandidates(const SlotInput& input, Session& session) const;
  // Why a session is due for a ranking; nullptr: it keeps the one it has.
  const char* WhyDue(int step, const Session& session) const;
  bool HasAllowedItem(size_t category, std::span<const uint8_t> excluded) const;
  bool HoldsSlate(std::span<const uint8_t> plan, std::span<const uint8_t> excluded) const;
  void TakeRanking(lerl::Plan answer, Session& session);
  void Compose(const SlotInput& input, Session& session, SlotPlan& plan);
  void Widen(const SlotInput& input, const Session& session, SlotPlan& plan) const;
  PlanRequest RequestOf(const SlotInput& input, const Session& session) const;

  const Dataset& dataset_;
  const PlannerConfig config_;
  const std::unique_ptr<Planner> planner_;
  const int slate_size_;
  const size_t categories_;
  std::vector<std::vector<int32_t>> items_of_category_;  // [C] ascending
  std::vector<Session> sessions_;                        // [slots]
  PlanCounts counts_;
};

}  // namespace lerl
