#pragma once
// SessionState: what a planner may know of a running session, brought up to date after each slate.
// The plan policy keeps one per slot. Planners that learn use one to go through an ended session
// once more.
//
//   e_c <- decay e_c + n_c / K
//
//   e_c     exposure of category c, 0 before the first slate
//   n_c     items of the slate that carry category c
//   decay   the setting planner.decay (.8)
//
// Axes: C categories, K items of a slate.

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
  // A request with spans of this state. The caller fills in slot, step, user, seed, candidates and
  // dominant.
  PlanRequest Request() const;

  int steps = 0;                         // slates taken in
  int32_t items_shown = 0;               // items of these slates
  int32_t items_liked = 0;               // of the items shown, those liked
  std::vector<float> exposure;           // [C] e
  std::vector<int32_t> shown, liked;     // [C] items shown, and of them liked
  std::vector<int32_t> last_liked_step;  // [C] step of the latest like; -1: none yet
  std::vector<int32_t> last_shown;       // [C] place of the latest item shown; -1: none yet
  std::vector<int32_t> last_items;       // [K] of the last slate; empty before the first
  std::vector<uint32_t> last_responses;  // [K] to last_items
};

// Calls `visit` with the request of each step of an ended session, as it stood before the step. Its
// candidates are the categories of the ranking in use at that step, or all where there was none.
void ReplaySession(const Dataset& dataset, const EndedSession& session, double decay,
                   const std::function<void(const PlanRequest&)>& visit);

}  // namespace lerl
