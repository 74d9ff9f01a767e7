#include "lerl/sim/matrix/distance_window.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

// Two users, four items. Distances between columns: 0-1 is 1, 0-2 is 5, 0-3 is 4, 1-2 is sqrt(20),
// 1-3 is sqrt(17), 2-3 is 3.
class DistanceWindowRule : public testing::Test {
 protected:
  static Dataset TwoUsers() {
    Dataset data = HandMadeDataset({{0}, {0}, {1}, {}}, 2);
    data.user_ids = {"u0", "u1"};
    return data;
  }
  // The step on which the rule ends the session, or 0.
  int EndsAt(const EnvConfig& config, const std::vector<std::vector<int32_t>>& slates) const {
    const auto rule = MakeDistanceWindow(truth_, config, 2);
    rule->Start(1);
    int step = 0;
    for (const std::vector<int32_t>& slate : slates) {
      ++step;
      if (rule->Step(1, {slate, 0})) return step;
    }
    return 0;
  }

  const Dataset data_ = TwoUsers();
  const MatrixTruth truth_{{.source = "hand-made",
                            .rows = 2,
                            .columns = 4,
                            .values = {1, 2, 4, 1, 1, 1, 5, 5},
                            .user_ids = {},
                            .item_ids = {}},
                           data_};
};

TEST_F(DistanceWindowRule, EndsTheSessionAtAnItemThatIsTooNearToOneInTheWindow) {
  EnvConfig config{.window = 2, .window_distance = 3.5};
  EXPECT_EQ(EndsAt(config, {{0}, {1}}), 2);       // 0-1 is 1
  EXPECT_EQ(EndsAt(config, {{2}, {0}, {3}}), 3);  // 2-3 is 3, two steps back
  config.window = 1;                              // only one step back
  EXPECT_EQ(EndsAt(config, {{2}, {0}, {3}}), 0);
  config.window_distance = 4;  // 0-3 is 4: not nearer than 4
  EXPECT_EQ(EndsAt(config, {{0}, {3}}), 0);
}

TEST_F(DistanceWindowRule, ComparesEveryItemOfTheSlateButNotTheSlateWithItself) {
  const EnvConfig config{.window = 4, .window_distance = 3.5};
  EXPECT_EQ(EndsAt(config, {{0, 1}}), 0);
  EXPECT_EQ(EndsAt(config, {{0}, {2, 1}}), 2);
}

TEST_F(DistanceWindowRule, TakesAnItemForNearestToItself) {
  EXPECT_EQ(EndsAt(EnvConfig{.window = 1, .window_distance = 0.1}, {{0}, {0}}), 2);
  EXPECT_EQ(EndsAt(EnvConfig{.window = 1, .window_distance = 0}, {{0}, {0}}), 0);
}

TEST_F(DistanceWindowRule, NeedsTheMatrixTask) {
  EXPECT_THROW(FindLeaveRule("distance_window").make(data_, EnvConfig{}, 1), Error);
}

}  // namespace
}  // namespace lerl
