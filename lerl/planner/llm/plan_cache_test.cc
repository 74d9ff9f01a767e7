#include "lerl/planner/llm/plan_cache.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/planner/state_text.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

PlanState State(int16_t favourite, std::vector<int16_t> last = {}) {
  return {.favourites = {favourite}, .last = std::move(last), .last_liked = false, .often = {}};
}

TEST(PlanCache, FindsWhatThePromptShowedAndNothingElse) {
  PlanCache cache(10, 2);
  cache.Insert("p", State(0), {{1, 2}, ""});
  ASSERT_NE(cache.Find("p", State(0)), nullptr);
  EXPECT_THAT(cache.Find("p", State(0))->scores, ElementsAre(1, 2));
  EXPECT_EQ(cache.Find("q", State(0)), nullptr);
  EXPECT_EQ(cache.Find("p", State(1)), nullptr);
  PlanState liked = State(0);
  liked.last_liked = true;
  EXPECT_EQ(cache.Find("p", liked), nullptr);
}

TEST(PlanCache, TellsUsersApartThatStatesName) {
  PlanState named = State(0);
  named.user = "42";
  PlanCache cache(10, 1);
  cache.Insert("p", named, {{1}, ""});
  TensorFile file;
  cache.Save(file, "cache");
  PlanCache loaded(10, 1);
  loaded.Load(file, "cache");
  EXPECT_NE(loaded.Find("p", named), nullptr);
  EXPECT_EQ(loaded.Find("p", State(0)), nullptr);
}

TEST(PlanCache, LetsTheOldestLeave) {
  PlanCache cache(2, 1);
  for (int16_t i = 0; i < 4; ++i) cache.Insert("p", State(i), {{float(i)}, ""});
  EXPECT_EQ(cache.size(), 2);
  EXPECT_EQ(cache.Find("p", State(1)), nullptr);
  EXPECT_NE(cache.Find("p", State(2)), nullptr);
  EXPECT_NE(cache.Find("p", State(3)), nullptr);
}

TEST(PlanCache, NearestCountsTheLastSlateTwice) {
  PlanCache cache(10, 1);
  cache.Insert("p", State(0, {1}), {{1}, ""});
  cache.Insert("p", State(5, {2}), {{2}, ""});
  const auto nearest = cache.FindNearest("p", State(0, {2}));
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->distance, 2);  // another favourite; the other one has another last slate: 4
  EXPECT_THAT(nearest->answer->scores, ElementsAre(2));
}

TEST(PlanCache, NearestPrefersThisPrefix) {
  PlanCache cache(10, 1);
  cache.Insert("old", State(0), {{1}, ""});
  EXPECT_THAT(cache.FindNearest("p", State(1))->answer->scores, ElementsAre(1));
  cache.Insert("p", State(0), {{3}, ""});
  EXPECT_THAT(cache.FindNearest("p", State(1))->answer->scores, ElementsAre(3));
  EXPECT_FALSE(PlanCache(10, 1).FindNearest("p", State(1)).has_value());
}

TEST(PlanCache, TakesNoInvalidAnswerNeitherDirectlyNorFromAFile) {
  PlanCache cache(10, 2);
  EXPECT_THROW(cache.Insert("p", State(0), {{1, 0}, "invalid answer: empty"}), CheckFailure);
  cache.Insert("p", State(0), {{1, 0}, ""});
  cache.Insert("p", State(1), {{2, 0}, ""});
  TensorFile file;
  cache.Save(file, "cache");
  nlohmann::json rows = nlohmann::json::parse(LoadText(file, "cache/entries"));
  rows[0][5] = "invalid answer: empty";  // as files once had it
  SaveText(file, "cache/entries", rows.dump());
  PlanCache loaded(10, 2);
  loaded.Load(file, "cache");
  EXPECT_EQ(loaded.size(), 1);
  EXPECT_EQ(loaded.Find("p", State(0)), nullptr);
  EXPECT_THAT(loaded.Find("p", State(1))->scores, ElementsAre(2, 0));
}

TEST(PlanCache, KeepsTheLatestAnswerAndHowManyLabelsItDoesNotList) {
  PlanCache cache(1, 2);
  cache.Insert("p", State(0), {{1, 0}, ""});
  cache.Insert("p", State(0), {.scores = {0, 1}, .error = "", .unlisted = 1});
  EXPECT_EQ(cache.size(), 1);
  TensorFile file;
  cache.Save(file, "cache");
  PlanCache loaded(1, 2);
  loaded.Load(file, "cache");
  EXPECT_THAT(loaded.Find("p", State(0))->scores, ElementsAre(0, 1));
  EXPECT_EQ(loaded.Find("p", State(0))->unlisted, 1);
}

TEST(PlanCache, TellsWishesApartAndKeepsThem) {
  PlanCache cache(4, 2);
  PlanState wish = State(1);
  wish.wish = "fun";
  cache.Insert("p", State(1), {{1, 0}, ""});
  cache.Insert("p", wish, {{0, 1}, ""});
  TensorFile file;
  cache.Save(file, "cache");
  PlanCache loaded(4, 2);
  loaded.Load(file, "cache");
  EXPECT_THAT(loaded.Find("p", State(1))->scores, ElementsAre(1, 0));
  EXPECT_THAT(loaded.Find("p", wish)->scores, ElementsAre(0, 1));
  wish.wish = "war";
  EXPECT_EQ(loaded.Find("p", wish), nullptr);
}

TEST(PlanCache, ComesBackAsItWas) {
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  PlanCache cache(2, 3);
  for (int16_t i = 0; i < 3; ++i) cache.Insert("p", State(i), {{0.1F * float(i), kNone, 0}, ""});
  TensorFile file;
  cache.Save(file, "cache");
  PlanCache loaded(2, 3);
  loaded.Load(file, "cache");
  EXPECT_EQ(loaded.size(), 2);
  EXPECT_THAT(loaded.Find("p", State(2))->scores, ElementsAre(0.2F, kNone, 0));
  loaded.Insert("p", State(7), {{1, 1, 1}, ""});
  EXPECT_EQ(loaded.Find("p", State(1)), nullptr);  // the oldest has left
  EXPECT_NE(loaded.Find("p", State(2)), nullptr);
}

TEST(PlanCache, OfCategoriesThatThereAreNotIsRefused) {
  PlanCache cache(2, 3);
  cache.Insert("p", State(2), {{1, 1, 1}, ""});
  TensorFile file;
  cache.Save(file, "cache");
  PlanCache smaller(2, 2);
  EXPECT_THROW(smaller.Load(file, "cache"), CheckFailure);
}

}  // namespace
}  // namespace lerl
