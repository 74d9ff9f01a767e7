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

}  // namespace
}  // namespace lerl
