#pragma once
// PlanSnapshot: a plan request that owns its columns, so that it outlives the step that it was made
// for, as a state does that waits for the teacher's answer. Fields mean what they mean in
// PlanRequest (planner/planner.h).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/planner/planner.h"

namespace lerl {

struct PlanSnapshot {
  // The state before the first slate, in which every category may be planned.
  explicit PlanSnapshot(size_t categories);
  explicit PlanSnapshot(const PlanRequest& request);

  PlanRequest View() const;  // its spans point into this snapshot

  int slot = 0, step = 0;
  int32_t user = 0;
  uint64_t seed = 1;
  int32_t items_shown = 0;
  std::vector<uint8_t> candidates, dominant;
  std::vector<float> exposure;
  std::vector<int32_t> shown, liked, last_liked_step, last_shown, last_items;
  std::vector<uint32_t> last_responses;
  std::string wish;

  bool operator==(const PlanSnapshot&) const = default;
};

// Saves snapshots, all but their wishes, as arrays NAME/who, NAME/exposure and so on. All must
// have the same C; their last slates are padded with -1 to the longest of them.
void SaveSnapshots(TensorFile& file, const std::string& name,
                   std::span<const PlanSnapshot* const> snapshots);
// What snapshots of a data set may name.
struct SnapshotAxes {
  int64_t categories = 0, items = 0, users = 0;
};
// Throws Error(kCheckpoint) where an array is damaged, or of other axes.
std::vector<PlanSnapshot> LoadSnapshots(const TensorFile& file, const std::string& name,
                                        const SnapshotAxes& axes);

}  // namespace lerl
