#include "lerl/eval/tables/oracle_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/response/mf_response.h"

namespace lerl {
namespace {

const OracleRow& Find(const std::vector<OracleRow>& rows, const std::string& rule,
                      const std::string& policy, bool reordered = false) {
  for (const OracleRow& row : rows) {
    if (row.rule == rule && row.policy == policy && row.reordered == reordered) return row;
  }
  throw std::out_of_range(policy);
}

TEST(OracleTable, ShowsThatRotationAndReorderingLengthenSessionsAndPolicesDiffer) {
  const Dataset data = MakeSyntheticDataset({.users = 40, .items = 400, .rows_per_user = 60});
  const Split split = MakeSplit(data, {});
  const auto model = FitMfResponse(data, MfConfig{});
  const std::vector<int32_t> users = {0, 3, 5, 8, 9, 13, 17, 21};
  const auto rows = OracleTable(data, split, *model, users, 6);
  EXPECT_EQ(rows.size(), 23u);
  for (const OracleRow& row : rows) {
    EXPECT_GE(row.steps, 11) << row.policy;
    EXPECT_LE(row.steps, 20) << row.policy;
    EXPECT_LE(row.reward, row.steps) << row.policy;
  }
  const OracleRow& bound = Find(rows, "lerl", "bound: best items in T steps");
  const OracleRow& best = Find(rows, "lerl", "best single category, never the last");
  EXPECT_GT(Find(rows, "lerl", "round robin, 1 category").steps,
            Find(rows, "lerl", "no plan").steps);
  EXPECT_GE(bound.reward, best.reward);
  EXPECT_GT(best.reward, Find(rows, "lerl", "random slates").reward);
  EXPECT_GT(Find(rows, "lerl_slots", "no plan", true).steps,
            Find(rows, "lerl_slots", "no plan").steps);
  EXPECT_NE(OracleText(rows, true).find("re-ordered"), std::string::npos);
  EXPECT_EQ(OracleJson(rows).size(), rows.size());
}

TEST(OracleTable, ShowsSlatesOfTheGivenSize) {
  const Dataset data = MakeSyntheticDataset({.users = 20, .items = 90, .rows_per_user = 60});
  const Split split = MakeSplit(data, {});
  const auto model = FitMfResponse(data, MfConfig{});
  const std::vector<int32_t> users = {0, 3};
  // Nothing is shown twice, so slates of 6 use up 90 items in 15 steps, and slates of 3 don't.
  const auto steps = [&](int64_t slate_size) {
    return Find(OracleTable(data, split, *model, users, slate_size), "lerl",
                "bound: best items in T steps")
        .steps;
  };
  EXPECT_EQ(steps(6), 15);
  EXPECT_EQ(steps(3), 20);
  EXPECT_THAT([&] { steps(91); },
              ::testing::ThrowsMessage<Error>(::testing::HasSubstr("env.slate_size: 91")));
}

}  // namespace
}  // namespace lerl
