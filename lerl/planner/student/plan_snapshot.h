#pragma once
// PlanSnapshot: a plan request that owns its columns, so that it outlives the step it was made for
// (a state that waits for its label, a test).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/planner/planner.h"

namespace lerl {

struct PlanSnapshot {
  // An untouched session in which every category may be planned.
  explicit PlanSnapshot(size_t categories);
  explicit PlanSnapshot(const PlanRequest& request);

  PlanRequest View() const;  // spans of this snapshot

  int slot = 0, step = 0;
  int32_t user = 0;
  uint64_t seed = 1;
  int32_t items_shown = 0;
  std::vector<uint8_t> candidates, dominant;
  std::vector<float> exposure;
  std::vector<int32_t> shown, liked, last_liked_step, last_shown, last_items;
  std::vector<uint32_t> last_responses;

  bool operator==(const PlanSnapshot&) const = default;
};

// Snapshots as arrays NAME/who, NAME/exposure, ... All have
// the same C; last slates are padded with -1 to the longest of them.
void SaveSnapshots(TensorFile& file, const std::string& name,
                   std::span<const PlanSnapshot* const> snapshots);
std::vector<PlanSnapshot> LoadSnapshots(const TensorFile& file, const std::string& name);

}  // namespace lerl
