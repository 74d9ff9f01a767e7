#include "lerl/planner/student/plan_snapshot.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

PlanSnapshot PlanSnapshotTestShown() {
  PlanSnapshot snapshot(3);
  snapshot.slot = 2;
  snapshot.step = 4;
  snapshot.user = 7;
  snapshot.seed = ~uint64_t{0};
  snapshot.candidates = {1, 0, 1};
  snapshot.dominant = {0, 1, 0};
  snapshot.exposure = {0.25F, 1.5F, 0};
  snapshot.shown = {1, 5, 0};
  snapshot.liked = {1, 2, 0};
  snapshot.last_liked_step = {0, 3, -1};
  snapshot.last_shown = {2, 23, -1};
  snapshot.items_shown = 24;
  snapshot.last_items = {8, 9};
  snapshot.last_responses = {1, 0x80000000U};
  return snapshot;
}

TEST(PlanSnapshot, OfItsOwnViewIsItself) {
  const PlanSnapshot snapshot = PlanSnapshotTestShown();
  EXPECT_EQ(PlanSnapshot(snapshot.View()), snapshot);
}

TEST(PlanSnapshot, IsReadAsItWasWrittenWithAndWithoutALastSlate) {
  const PlanSnapshot first(3), second = PlanSnapshotTestShown();
  const std::vector<const PlanSnapshot*> both = {&first, &second};
  TensorFile file;
  SaveSnapshots(file, "states", both);
  EXPECT_EQ(LoadSnapshots(file, "states", {3, 10, 8}), (std::vector<PlanSnapshot>{first, second}));
}

TEST(PlanSnapshot, NoneAreReadAsNone) {
  TensorFile file;
  SaveSnapshots(file, "states", {});
  EXPECT_TRUE(LoadSnapshots(file, "states", {3, 10, 8}).empty());
}

TEST(PlanSnapshot, OfOtherAxesIsRefused) {
  const PlanSnapshot shown = PlanSnapshotTestShown();
  TensorFile file;
  SaveSnapshots(file, "states", std::vector<const PlanSnapshot*>{&shown});
  for (const SnapshotAxes axes : {SnapshotAxes{2, 10, 8}, {4, 10, 8}, {3, 9, 8}, {3, 10, 7}})
    EXPECT_THROW(LoadSnapshots(file, "states", axes), Error);
}

}  // namespace
}  // namespace lerl
