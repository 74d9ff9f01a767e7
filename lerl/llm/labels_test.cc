#include "lerl/llm/labels.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lerl
