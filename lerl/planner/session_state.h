#pragma once
// SessionState: what a planner may know of a running session, kept up slate by slate. The plan
// policy keeps one per slot; planners that learn go through an ended session once more with it.
//
//   exposure   e <- decay e + share of the slate's items in each category
//
// Axes: C categories, K slate.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/planner/planner.h"

namespace lerl {

struct SessionState {
  SessionState() = default;
  explicit SessionState(size_t categories);

  // Takes in a slate [K] and its responses [K].
  void Observe(const Dataset& dataset, std::span<const int32_t> items,
               std::span<const uint32_t> responses, double decay);
  // A request with the columns of this state; the rest is for the caller to fill in.
  PlanRequest Request() const;

  int steps = 0;                         // slates seen
  int32_t items_shown = 0;               // items seen
  int32_t items_liked = 0;               // of them liked
  std::vector<float> exposure;           // [C]
  std::vector<int32_t> shown, liked;     // [C] items
  std::vector<int32_t> last_liked_step;  // [C] -1: never
  std::vector<int32_t> last_shown;       // [C] place among the items shown; -1: never
  std::vector<int32_t> last_items;       // [K]
  std::vector<uint32_t> last_responses;  // [K]
};

// Calls `visit` with the request of each step of an ended session, as it stood before the step.
// Candidates are the categories that were ranked then (all, where nothing was).
void ReplaySession(const Dataset& dataset, const EndedSession& session, double decay,
                   const std::function<void(const PlanRequest&)>& visit);

}  // namespace lerl
