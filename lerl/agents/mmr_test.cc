#include "lerl/agents/mmr.h"

#include <gtest/gtest.h>

#include "lerl/agents/slate_selector.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

// Items by relevance: 0, 1, 2, 3. Item 1 is the same as item 0, item 2 at a right angle, item 3
// opposite; cosines with item 0 are 1, 0, -1.
struct MmrTestFixture {
  Dataset data = HandMadeDataset({{0}, {0}, {0}, {1}}, 2);
  Split split = AllIsTraining(data);
  ItemFactors factors;

  MmrTestFixture() {
    factors.model = {.users = 1,
                     .items = 4,
                     .factors = 1,
                     .user_factors = {0},
                     .item_factors = {0, 0, 0, 0},
                     .user_bias = {0},
                     .item_bias = {2, 1.5f, 1, -3}};
    factors.width = 2;
    factors.vectors = {3, 0, 1, 0, 0, 5, -2, 0};
  }

  std::vector<int32_t> Slate(double lambda, std::vector<uint8_t> plan,
                             std::vector<uint8_t> excluded) const {
    const auto agent = MakeMmr({.dataset = data, .split = split, .factors = factors, .slate = 2},
                               {.lambda = lambda});
    agent->Prepare(1);
    agent->Start(0, 0);
    const Observation seen{.plan = plan, .dominant = plan, .excluded = excluded};
    std::vector<float> scores(4);
    agent->Act({&seen, 1}, false, scores, {});
    std::vector<uint8_t> inside(4);
    ItemsInPlan(data, plan, inside);
    std::vector<int32_t> slate(2);
    SelectSlate(scores, inside, excluded, slate);
    return slate;
  }
};

// sigmoid: .881, .818, .731, .047. After item 0: lambda .5 gives item 1 (.818 - 1) / 2 < 0, item 2
// .731 / 2, item 3 (.047 + 1) / 2 = .524.
TEST(Mmr, TradesRelevanceAgainstLikenessInsideTheSlate) {
  const MmrTestFixture f;
  const std::vector<uint8_t> all = {1, 1}, none(4);
  EXPECT_EQ(f.Slate(1, all, none), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(f.Slate(0.7, all, none), (std::vector<int32_t>{0, 2}));
  EXPECT_EQ(f.Slate(0.5, all, none), (std::vector<int32_t>{0, 3}));
}

TEST(Mmr, ChoosesInsideTheMask) {
  const MmrTestFixture f;
  EXPECT_EQ(f.Slate(0.5, {1, 0}, {0, 0, 0, 0}), (std::vector<int32_t>{0, 2}));
  EXPECT_EQ(f.Slate(0.5, {1, 1}, {1, 0, 0, 0}), (std::vector<int32_t>{1, 3}));
}

}  // namespace
}  // namespace lerl
