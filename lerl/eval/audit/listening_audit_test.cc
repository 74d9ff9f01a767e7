#include "lerl/eval/audit/listening_audit.h"

#include <gtest/gtest.h>

#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

TEST(BreakEven, LiesWhereTheGainFirstFallsToNothing) {
  EXPECT_DOUBLE_EQ(BreakEven({0, 0.2, 0.4}, {2, 1, -1}).value(), 0.3);
  EXPECT_DOUBLE_EQ(BreakEven({0, 0.2, 0.4}, {2, 0, 1}).value(), 0.2);
  EXPECT_DOUBLE_EQ(BreakEven({0, 0.2}, {-1, 1}).value(), 0);
  EXPECT_FALSE(BreakEven({0, 0.2}, {2, 1}));
}

TEST(AuditListening, PlaysEachLevelOnceAndTakesWhatIsOnFile) {
  const TestFolder folder;
  const RunConfig config = TinyClosedLoop();
  const auto world = TinyEvolvingWorld(config);
  const ListeningOptions options{
      .users = 4, .seeds = {1, 2}, .iterations = 1, .out = folder.path()};
  const ListeningOutcome first = AuditListening(*world, config, options).value();
  EXPECT_EQ(first.users, 4);
  EXPECT_EQ(first.seeds, 2);
  ASSERT_EQ(first.levels.size(), 9);  // none; four shares of two kinds
  EXPECT_EQ(first.levels[0].errors, ScriptedErrors{});
  EXPECT_EQ(first.levels[4].errors, (ScriptedErrors{.share = 0.6}));
  EXPECT_EQ(first.levels[8].errors, (ScriptedErrors{.share = 0.6, .systematic = true}));
  for (const ListeningLevel& level : first.levels) EXPECT_EQ(level.always_test.family, 18);
  // Of another level that was played as it was, the same figures; a file that is gone, anew.
  std::filesystem::remove(folder.path() /
                          "cold_start-llm_grounded-scripted-mistaken60-w50-size1-test-seed2.json");
  const ListeningOutcome again = AuditListening(*world, config, options).value();
  for (size_t i = 0; i < first.levels.size(); ++i)
    EXPECT_EQ(again.levels[i].always.mean, first.levels[i].always.mean);
}

}  // namespace
}  // namespace lerl
