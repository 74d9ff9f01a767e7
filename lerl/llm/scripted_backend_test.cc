#include "lerl/llm/scripted_backend.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

TEST(ScriptedBackend, NormalisesOverTheLabels) {
  const auto backend = MakeScriptedBackend(
      {.score = [](const std::string&, const std::string&, const std::string& label) {
        return label == "A" ? std::log(3.0) : 0.0;
      }});
  const std::vector<std::string> suffixes = {"x"};
  const auto scores = backend->ScoreLabels("p", suffixes, backend->Labels(2));
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_NEAR(std::exp(scores[0]), 0.75, 1e-6);
  EXPECT_NEAR(std::exp(scores[1]), 0.25, 1e-6);
  EXPECT_EQ(backend->usage().prompts, 1);
}

TEST(ScriptedBackend, HasNoMoreThanItsLetters) {
  const auto backend = MakeScriptedBackend({});
  EXPECT_EQ(backend->Labels(52).size(), 52U);
  EXPECT_TRUE(backend->Labels(52 * 52 + 1).empty());
}

}  // namespace
}  // namespace lerl
