#include "lerl/serve/api/problems.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(Problems, EachKindOfRefusalHasItsStatus) {
  EXPECT_EQ(ProblemOf(Refusal(RefusalKind::kInvalid, "a", "b")).status, 422);
  EXPECT_EQ(ProblemOf(Refusal(RefusalKind::kNotFound, "a", "b")).status, 404);
  const Problem problem = ProblemOf(Refusal(RefusalKind::kConflict, "a-b", "why", "/field"));
  EXPECT_EQ(problem.status, 409);
  EXPECT_EQ(problem.type, "urn:lerl:problem:a-b");
  EXPECT_EQ(problem.detail, "why");
  EXPECT_EQ(FieldOf(problem.members, "field"), "/field");
}

TEST(Problems, ARefusalOfAHandlerIsOne) {
  const auto handle = WithProblems([](const Request& request) -> Response {
    if (request.path == "/bad") throw Refusal(RefusalKind::kConflict, "a-b", "why");
    return {.body = "good"};
  });
  EXPECT_EQ(handle({.path = "/"}).body, "good");
  EXPECT_THROW(handle({.path = "/bad"}), ProblemError);
}

}  // namespace
}  // namespace lerl
