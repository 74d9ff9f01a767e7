#include "lerl/python/observation_memory.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

TEST(ObservationMemory, MasksWhatIsExcludedAndWhatIsOutsideThePlan) {
  const Dataset dataset = MakeSyntheticDataset({.items = 20, .categories = 4});
  std::vector<uint8_t> plan = {0, 1, 0, 0}, excluded(20), mask(20);
  excluded[3] = 1;
  WriteMask(dataset, plan, excluded, mask);
  for (int64_t i = 0; i < 20; ++i) {
    bool inside = false;
    for (const int32_t c : dataset.CategoriesOf(i)) inside |= c == 1;
    EXPECT_EQ(mask[At(i)], inside && i != 3 ? 1 : 0);
  }
  plan = {1, 1, 1, 1};
  WriteMask(dataset, plan, excluded, mask);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(mask[i], i != 3 ? 1 : 0);
}

TEST(ObservationMemory, SpreadsTheBitsOfResponses) {
  const std::vector<uint32_t> responses = {0b01, 0b10, 0b11};
  std::vector<uint8_t> given(6);
  WriteResponses(responses, given);
  EXPECT_EQ(given, (std::vector<uint8_t>{1, 0, 0, 1, 1, 1}));
}

}  // namespace
}  // namespace lerl
