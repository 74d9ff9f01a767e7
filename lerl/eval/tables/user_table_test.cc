#include "lerl/eval/tables/user_table.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

Evaluation UserTableRow(const std::string& policy, const std::string& metric) {
  Evaluation row;
  row.result.policy = policy;
  row.result.seeds = {1, 7};
  row.users = {0, 2};
  row.tables.emplace_back(
      metric, CrossedTable{.seeds = 2, .users = 2, .of_sessions = true, .cells = {1, 2.5, 3, 4}});
  row.tables.emplace_back("R_sin", CrossedTable{.seeds = 2, .users = 2, .cells = {9, 9, 9, 9}});
  return row;
}

TEST(UserTable, HasARowForEachPolicySeedAndUser) {
  Dataset dataset;
  dataset.user_ids = {"a", "b", "c, the third"};
  EXPECT_EQ(UserTable({UserTableRow("ppo", "T_int"), UserTableRow("lerl", "R_cum")},
                      {&dataset, &dataset}),
            "policy,seed,user,T_int,R_cum\n"
            "ppo,1,a,1,\n"
            "ppo,1,\"c, the third\",2.5,\n"
            "ppo,7,a,3,\n"
            "ppo,7,\"c, the third\",4,\n"
            "lerl,1,a,,1\n"
            "lerl,1,\"c, the third\",,2.5\n"
            "lerl,7,a,,3\n"
            "lerl,7,\"c, the third\",,4\n");
  EXPECT_EQ(UserTable({}, {}), "policy,seed,user\n");
}

}  // namespace
}  // namespace lerl
