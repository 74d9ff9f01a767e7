#include "lerl/planner/student/plan_snapshot.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// The snapshots' columns [N, C], one after another.
template <typename T>
Array Stack(std::span<const PlanSnapshot* const> snapshots, std::vector<T> PlanSnapshot::*column) {
  std::vector<T> all;
  for (const PlanSnapshot* snapshot : snapshots) {
    const std::vector<T>& values = snapshot->*column;
    all.insert(all.end(), values.begin(), values.end());
  }
  return Array::Of(all);
}

template <typename T>
void Unstack(const Array& array, size_t width, std::vector<PlanSnapshot>& snapshots,
             std::vector<T> PlanSnapshot::*column) {
  LERL_CHECK_EQ(At(array.size()), width * snapshots.size());
  const T* from = array.Data<T>();
  for (PlanSnapshot& snapshot : snapshots) {
    (snapshot.*column).assign(from, from + width);
    from += width;
  }
}

}  // namespace

PlanSnapshot::PlanSnapshot(size_t categories)
    : candidates(categories, 1),
      dominant(categories, 0),
      exposure(categories, 0),
      shown(categories, 0),
      liked(categories, 0),
      last_liked_step(categories, -1),
      last_shown(categories, -1) {}

PlanSnapshot::PlanSnapshot(const PlanRequest& request)
    : slot(request.slot),
      step(request.step),
      user(request.user),
      seed(request.seed),
      items_shown(request.items_shown),
      candidates(request.candidates.begin(), request.candidates.end()),
      dominant(request.dominant.begin(), request.dominant.end()),
      exposure(request.exposure.begin(), request.exposure.end()),
      shown(request.shown.begin(), request.shown.end()),
      liked(request.liked.begin(), request.liked.end()),
      last_liked_step(request.last_liked_step.begin(), request.last_liked_step.end()),
      last_shown(request.last_shown.begin(), request.last_shown.end()),
      last_items(request.last_items.begin(), request.last_items.end()),
      last_responses(request.last_responses.begin(), request.last_responses.end()) {}

PlanRequest PlanSnapshot::View() const {
  return {.slot = slot,
          .step = step,
          .user = user,
          .seed = seed,
          .candidates = candidates,
          .dominant = dominant,
          .exposure = exposure,
          .shown = shown,
          .liked = liked,
          .last_liked_step = last_liked_step,
          .last_shown = last_shown,
          .items_shown = items_shown,
          .last_items = last_items,
          .last_responses = last_responses};
}

void SaveSnapshots(TensorFile& file, const std::string& name,
                   std::span<const PlanSnapshot* const> snapshots) {
  size_t slate = 0;
  for (const PlanSnapshot* snapshot : snapshots)
    slate = std::max(slate, snapshot->last_items.size());
  std::vector<int32_t> who, items, responses;
  std::vector<uint64_t> seeds;
  for (const PlanSnapshot* snapshot : snapshots) {
    const auto used = static_cast<int32_t>(snapshot->last_items.size());
    who.insert(who.end(),
               {snapshot->slot, snapshot->step, snapshot->user, used, snapshot->items_shown});
    seeds.push_back(snapshot->seed);
    for (size_t k = 0; k < slate; ++k) {
      const bool shown = k < snapshot->last_items.size();
      items.push_back(shown ? snapshot->last_items[k] : -1);
      responses.push_back(shown ? static_cast<int32_t>(snapshot->last_responses[k]) : -1);
    }
  }
  file.arrays[name + "/who"] =
      Array::Of(who);  // [N, 5] slot, step, user, items of the last slate, items shown
  file.arrays[name + "/seed"] = Array::Of(seeds);
  file.arrays[name + "/candidates"] = Stack(snapshots, &PlanSnapshot::candidates);
  file.arrays[name + "/dominant"] = Stack(snapshots, &PlanSnapshot::dominant);
  file.arrays[name + "/exposure"] = Stack(snapshots, &PlanSnapshot::exposure);
  file.arrays[name + "/shown"] = Stack(snapshots, &PlanSnapshot::shown);
  file.arrays[name + "/liked"] = Stack(snapshots, &PlanSnapshot::liked);
  file.arrays[name + "/last_liked_step"] = Stack(snapshots, &PlanSnapshot::last_liked_step);
  file.arrays[name + "/last_shown"] = Stack(snapshots, &PlanSnapshot::last_shown);
  file.arrays[name + "/last_items"] = Array::Of(items);
  file.arrays[name + "/last_responses"] = Array::Of(responses);
}

std::vector<PlanSnapshot> LoadSnapshots(const TensorFile& file, const std::string& name) {
  const std::vector<int32_t> who = file.at(name + "/who").Values<int32_t>();
  const std::vector<uint64_t> seeds = file.at(name + "/seed").Values<uint64_t>();
  const std::vector<int32_t> items = file.at(name + "/last_items").Values<int32_t>();
  const std::vector<int32_t> responses = file.at(name + "/last_responses").Values<int32_t>();
  std::vector<PlanSnapshot> snapshots(seeds.size(), PlanSnapshot(0));
  if (snapshots.empty()) return snapshots;
  const size_t width = At(file.at(name + "/candidates").size()) / seeds.size();
  const size_t slate = items.size() / seeds.size();
  for (size_t n = 0; n < snapshots.size(); ++n) {
    PlanSnapshot& snapshot = snapshots[n];
    snapshot.slot = who.at(5 * n);
    snapshot.step = who.at(5 * n + 1);
    snapshot.user = who.at(5 * n + 2);
    snapshot.seed = seeds[n];
    snapshot.items_shown = who.at(5 * n + 4);
    const auto used = At(who.at(5 * n + 3));
    LERL_CHECK(used <= slate);
    const auto first = static_cast<std::ptrdiff_t>(n * slate);
    const auto last = first + static_cast<std::ptrdiff_t>(used);
    snapshot.last_items.assign(items.begin() + first, items.begin() + last);
    snapshot.last_responses.assign(responses.begin() + first, responses.begin() + last);
  }
  Unstack(file.at(name + "/candidates"), width, snapshots, &PlanSnapshot::candidates);
  Unstack(file.at(name + "/dominant"), width, snapshots, &PlanSnapshot::dominant);
  Unstack(file.at(name + "/exposure"), width, snapshots, &PlanSnapshot::exposure);
  Unstack(file.at(name + "/shown"), width, snapshots, &PlanSnapshot::shown);
  Unstack(file.at(name + "/liked"), width, snapshots, &PlanSnapshot::liked);
  Unstack(file.at(name + "/last_liked_step"), width, snapshots, &PlanSnapshot::last_liked_step);
  Unstack(file.at(name + "/last_shown"), width, snapshots, &PlanSnapshot::last_shown);
  return snapshots;
}

}  // namespace lerl
