#include "lerl/planner/student/answer_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "lerl/planner/student/plan_snapshot.h"

namespace lerl {
namespace {

std::vector<size_t> Places(const std::vector<Choice>& choices) {
  std::vector<size_t> places;
  for (const Choice& choice : choices) places.push_back(choice.place);
  return places;
}

TEST(AnswerChoice, PrefersUncertainStates) {
  AnswerChoice choice(/*novelty=*/0, /*uniform_share=*/0);
  Rng rng(1);
  const std::vector<Candidate> candidates = {{0.1, 1}, {0.9, 1}, {0.5, 1}, {0.7, 1}};
  EXPECT_EQ(Places(choice.Choose(candidates, 3, rng)), (std::vector<size_t>{1, 3, 2}));
}

TEST(AnswerChoice, PrefersStatesThatLookLikeNoneBefore) {
  AnswerChoice choice(/*novelty=*/1, /*uniform_share=*/0);
  Rng rng(1);
  // Worth before: .5 + 1, .45 + 1, .1 + 1. After the first the second, which looks like it, has
  // .45 + 1 / sqrt(2) = 1.157 and still leads 1.1; after both the third leads .4 + 1 / sqrt(3).
  const std::vector<Candidate> candidates = {{0.5, 7}, {0.45, 7}, {0.1, 8}, {0.4, 7}};
  EXPECT_EQ(Places(choice.Choose(candidates, 4, rng)), (std::vector<size_t>{0, 1, 2, 3}));
  EXPECT_DOUBLE_EQ(choice.Worth({0.5, 7}), 0.5 + 1 / std::sqrt(4.0));
  EXPECT_DOUBLE_EQ(choice.Worth({0.5, 9}), 1.5);
}

TEST(AnswerChoice, DrawsAShareUniformlyAndNoneTwice) {
  AnswerChoice choice(1, 0.25);
  Rng rng(3);
  std::vector<Candidate> candidates;
  for (int n = 0; n < 20; ++n) candidates.push_back({n / 20.0, static_cast<uint64_t>(n)});
  std::set<size_t> drawn;
  int uniform = 0;
  for (int round = 0; round < 40; ++round) {
    const std::vector<Choice> choices = choice.Choose(candidates, 8, rng);
    ASSERT_EQ(choices.size(), 8U);
    std::set<size_t> places;
    for (size_t i = 0; i < choices.size(); ++i) {
      EXPECT_TRUE(places.insert(choices[i].place).second);
      if (choices[i].uniform) ++uniform, drawn.insert(choices[i].place);
    }
  }
  EXPECT_NEAR(uniform / 320.0, 0.25, 0.07);  // three standard deviations
  EXPECT_GT(drawn.size(), 17U);
  EXPECT_EQ(choice.Choose({candidates.data(), 3}, 8, rng).size(), 3U);
}

TEST(AnswerChoice, ForgetsStatesThatWereNotAskedAbout) {
  AnswerChoice choice(1, 0);
  Rng rng(1);
  choice.Choose(std::vector<Candidate>{{0, 5}, {0, 5}}, 2, rng);
  choice.Forget(5);
  EXPECT_DOUBLE_EQ(choice.Worth({0, 5}), 1 / std::sqrt(2.0));
  choice.Forget(5);
  EXPECT_DOUBLE_EQ(choice.Worth({0, 5}), 1);
}

TEST(AnswerChoice, RemembersWhatWasAskedWhenItIsLoaded) {
  AnswerChoice choice(1, 0), loaded(1, 0);
  Rng rng(1);
  choice.Choose(std::vector<Candidate>{{0, 5}, {0, 5}, {0, ~uint64_t{0}}}, 3, rng);
  TensorFile file;
  choice.Save(file, "choice");
  loaded.Load(file, "choice");
  EXPECT_DOUBLE_EQ(loaded.Worth({0, 5}), 1 / std::sqrt(3.0));
  EXPECT_DOUBLE_EQ(loaded.Worth({0, ~uint64_t{0}}), 1 / std::sqrt(2.0));
}

TEST(Sketch, TellsStatesApartByWhatTheyShow) {
  PlanSnapshot state(3);
  state.step = 2;
  state.dominant = {0, 1, 0};
  state.exposure = {0.5F, 1, 0.25F};
  state.last_items = {1, 2};
  state.last_responses = {1, 0};
  const uint64_t sketch = Sketch(state.View());
  PlanSnapshot alike = state;
  alike.user = 9;
  alike.exposure = {0.6F, 1, 0.1F};
  EXPECT_EQ(Sketch(alike.View()), sketch);
  PlanSnapshot other = state;
  other.last_responses = {0, 0};
  EXPECT_NE(Sketch(other.View()), sketch);
  other = state;
  other.dominant = {0, 0, 1};
  EXPECT_NE(Sketch(other.View()), sketch);
  other = state;
  other.exposure = {0.1F, 1, 0.25F};
  EXPECT_NE(Sketch(other.View()), sketch);
  other = state;
  other.step = 3;
  EXPECT_NE(Sketch(other.View()), sketch);
}

}  // namespace
}  // namespace lerl
