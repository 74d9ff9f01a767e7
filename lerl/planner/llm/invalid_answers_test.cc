#include "lerl/planner/llm/invalid_answers.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

TEST(InvalidAnswers, GiveAStateUpAfterSoManyInARow) {
  InvalidAnswers invalid(2, 10);
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  invalid.Add("a", "empty");
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  invalid.Forget("a");  // a valid answer came
  invalid.Add("a", "empty");
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  invalid.Add("a", "not a label");
  ASSERT_NE(invalid.GivenUp("a"), nullptr);
  EXPECT_EQ(*invalid.GivenUp("a"), "not a label");
  EXPECT_EQ(invalid.GivenUp("b"), nullptr);
}

TEST(InvalidAnswers, AreForgottenWhenThereAreTooMany) {
  InvalidAnswers invalid(1, 2);
  invalid.Add("a", "empty");
  invalid.Add("b", "empty");
  invalid.Add("b", "empty");  // known already
  EXPECT_NE(invalid.GivenUp("a"), nullptr);
  invalid.Add("c", "empty");
  EXPECT_EQ(invalid.GivenUp("a"), nullptr);
  EXPECT_NE(invalid.GivenUp("c"), nullptr);
}

TEST(InvalidAnswers, ComeBackWithTheirTries) {
  InvalidAnswers invalid(2, 10);
  invalid.Add("a", "empty");
  InvalidAnswers loaded(2, 10);
  loaded.FromJson(invalid.ToJson());
  loaded.Add("a", "empty");
  EXPECT_NE(loaded.GivenUp("a"), nullptr);
}

}  // namespace
}  // namespace lerl
