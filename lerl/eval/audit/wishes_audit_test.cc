#include "lerl/eval/audit/wishes_audit.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/testing/closed_loop_rows.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// {got, of} of each figure, in their order.
std::vector<std::pair<double, double>> Marks(const WishScores& scores,
                                             const WishCategories& named) {
  std::vector<std::pair<double, double>> pairs;
  for (const WishMark& mark : MarkWish(scores, named)) pairs.emplace_back(mark.got, mark.of);
  return pairs;
}

using Pairs = std::vector<std::pair<double, double>>;

TEST(MarkWish, CountsPlacesAndSums) {
  // Asked for are 1 and 2, refused is 4.
  EXPECT_EQ(Marks({0, 1, 0.5, 0.25, -1}, {.up = {1, 2}, .down = 4}),
            (Pairs{{1, 1}, {1, 1}, {1, 1}, {1.5, 2}, {-1, 1}, {0.25, 2}, {0, 1}}));
  // Of equal scores none is first, and none the lowest.
  EXPECT_EQ(Marks({0.5, 0.5, 0, 0, 0}, {.up = {1}, .down = 4}),
            (Pairs{{0, 1}, {1, 1}, {0, 1}, {0.5, 1}, {0, 1}, {0.5, 3}, {0, 1}}));
  // Three before it are too many.
  EXPECT_EQ(Marks({0.5, 0.5, 0.5, 0.25, 0}, {.up = {3}}),
            (Pairs{{0, 1}, {0, 1}, {0, 0}, {0.25, 1}, {0, 0}, {1.5, 4}, {0, 1}}));
}

TEST(MarkWish, OfNoScoresFindsNothing) {
  EXPECT_EQ(Marks({}, {.up = {1}, .down = 2}),
            (Pairs{{0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}}));
  EXPECT_EQ(Marks({0, 0, 0, 0, 0}, {.up = {1}, .down = 2}).back(), std::pair(1.0, 1.0));
}

ComparisonConfig TinyWishes(const std::vector<std::string>& planners) {
  ComparisonConfig config;
  for (const std::string& name : planners) {
    RunConfig run = TinyClosedLoop();
    SetFields(run, {"env.task=evolving", "env.evolving.craving={up=2, down=2, titles=0}",
                    "planner.name=" + name});
    config.rows.push_back({name, run});
  }
  return config;
}

TEST(AuditWishes, ReadsWhatTheUsersOfAnEvaluationSay) {
  const ComparisonConfig config = TinyWishes({"learned", "wish_keywords", "wish_oracle"});
  const auto world = TinyEvolvingWorld(config.rows[0].config);
  const WishesOutcome outcome = AuditWishes(*world, config, {.users = 6, .seeds = {1, 2, 3}});
  EXPECT_EQ(outcome.wishes, outcome.users * 3);
  ASSERT_EQ(outcome.rows.size(), 1U);
  const WishesRow& row = outcome.rows[0];
  EXPECT_EQ(row.planner, "wish_keywords");
  // Made-up categories are always named by their names.
  EXPECT_EQ(row.figures[0].estimate, 1);  // first
  EXPECT_EQ(row.figures[2].estimate, 1);  // refused last
  EXPECT_EQ(row.figures[3].estimate, 1);  // asked
  EXPECT_EQ(row.figures[4].estimate, -1);
  EXPECT_EQ(row.figures[6].estimate, 0);
}

TEST(AuditWishes, SaysWhatIsMissing) {
  const auto says = [](ComparisonConfig config, const std::string& what) {
    const auto world = TinyEvolvingWorld(config.rows[0].config);
    try {
      AuditWishes(*world, config, {.users = 4, .seeds = {1, 2}});
      FAIL() << what;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      EXPECT_THAT(error.what(), HasSubstr(what));
    }
  };
  says(TinyWishes({"learned"}), "planner.name");
  ComparisonConfig silent = TinyWishes({"wish_keywords"});
  SetFields(silent.rows[0].config, {"env.evolving.craving.told=0"});
  says(silent, "nobody says a wish");
}

}  // namespace
}  // namespace lerl
