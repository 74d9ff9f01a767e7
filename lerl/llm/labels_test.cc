#include "lerl/llm/labels.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lerl {
namespace {

TEST(Labels, AreSingleLettersWhereTheySuffice) {
  EXPECT_EQ(LetterLabels(3), (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_EQ(LetterLabels(52).back(), "z");
}

TEST(Labels, ArePairsOfLettersBeyondThat) {
  const std::vector<std::string> labels = LetterLabels(53);
  ASSERT_EQ(labels.size(), 53U);
  EXPECT_EQ(labels.front(), "AA");
  EXPECT_EQ(labels.back(), "BA");
  EXPECT_EQ(LetterLabels(100000).size(), 52U * 52U);
}

TEST(Labels, LeaveOutWhatIsNotAccepted) {
  const auto no_b = [](const std::string& label) { return label != "B"; };
  EXPECT_EQ(LetterLabels(2, no_b), (std::vector<std::string>{"A", "C"}));
}

TEST(Labels, ScoresAreNormalisedToLogProbabilities) {
  // By hand: e^0, e^log 3 are 1 and 3 of 4; a constant, however large, changes nothing.
  for (const double level : {0.0, 5000.0, -5000.0}) {
    const std::vector<float> scores = NormaliseScores({level, level + std::log(3.0)});
    EXPECT_NEAR(scores[0], std::log(0.25), 1e-6);
    EXPECT_NEAR(scores[1], std::log(0.75), 1e-6);
  }
}

}  // namespace
}  // namespace lerl
