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
void Unstack(const TensorFile& file, const std::string& name, int64_t width, Bounds<T> bounds,
             std::vector<PlanSnapshot>& snapshots, std::vector<T> PlanSnapshot::*column) {
  const std::vector<T> all =
      ReadValues<T>(file.arrays, name, {width * std::ssize(snapshots)}, bounds);
  auto from = all.begin();
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
      last_responses(request.last_responses.begin(), request.last_responses.end()),
      wish(request.wish) {}

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
          .last_responses = last_responses,
          .wish = wish};
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

std::vector<PlanSnapshot> LoadSnapshots(const TensorFile& file, const std::string& name,
                                        const SnapshotAxes& axes) {
  const Arrays& arrays = file.arrays;
  const auto seeds = ReadValues<uint64_t>(arrays, name + "/seed", {-1});
  const int64_t count = std::ssize(seeds);
  std::vector<PlanSnapshot> snapshots(seeds.size(), PlanSnapshot(0));
  if (snapshots.empty()) return snapshots;
  const auto who = ReadValues<int32_t>(arrays, name + "/who", {5 * count}, {0});
  const int64_t slate = file.at(name + "/last_items").size() / count;
  const auto most = static_cast<int32_t>(axes.items - 1);
  const auto items = ReadValues<int32_t>(arrays, name + "/last_items", {slate * count}, {-1, most});
  const auto responses = ReadValues<int32_t>(arrays, name + "/last_responses", {slate * count});
  for (size_t n = 0; n < snapshots.size(); ++n) {
    PlanSnapshot& snapshot = snapshots[n];
    snapshot.slot = who[5 * n];
    snapshot.step = who[5 * n + 1];
    snapshot.user = who[5 * n + 2];
    snapshot.seed = seeds[n];
    snapshot.items_shown = who[5 * n + 4];
    const int64_t used = who[5 * n + 3];
    const auto first = static_cast<std::ptrdiff_t>(n) * slate;
    snapshot.last_items.assign(items.begin() + first,
                               items.begin() + first + std::min(used, slate));
    snapshot.last_responses.assign(responses.begin() + first,
                                   responses.begin() + first + std::min(used, slate));
    if (used > slate || snapshot.user >= axes.users ||
        std::ranges::count(snapshot.last_items, -1) > 0)
      throw Error(ErrorKind::kCheckpoint,
                  "array '" + name + "/who' names a user or a slate that there is not");
  }
  const auto unstack = [&](const char* column, auto bounds, auto member) {
    Unstack(file, name + column, axes.categories, bounds, snapshots, member);
  };
  const Bounds<uint8_t> flag = {0, 1};
  const Bounds<int32_t> count_or_none = {-1};
  unstack("/candidates", flag, &PlanSnapshot::candidates);
  unstack("/dominant", flag, &PlanSnapshot::dominant);
  unstack("/exposure", Bounds<float>{0}, &PlanSnapshot::exposure);
  unstack("/shown", Bounds<int32_t>{0}, &PlanSnapshot::shown);
  unstack("/liked", Bounds<int32_t>{0}, &PlanSnapshot::liked);
  unstack("/last_liked_step", count_or_none, &PlanSnapshot::last_liked_step);
  unstack("/last_shown", count_or_none, &PlanSnapshot::last_shown);
  return snapshots;
}

}  // namespace lerl
