#include "lerl/llm/endpoint/secret.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

constexpr char kSecret[] = "sk/se-cret";

TEST(Secret, IsCutOutHoweverItIsEscaped) {
  for (const char* spelled :
       {"sk/se-cret", R"(sk\/se-cret)", R"(sk\u002fse-cret)", R"(sk\u002Fse\u002dcret)",
        R"(\u0073k/se-cret)", R"(sk\\\/se-cret)", R"(sk\\u002fse-cret)"}) {
    EXPECT_EQ(WithoutSecret(std::string("a ") + spelled + " b", kSecret), "a *** b") << spelled;
    EXPECT_EQ(WithoutSecret(spelled, kSecret), "***");
  }
  std::string nested = R"(sk\/se-cret)";
  for (int depth = 0; depth < 3; ++depth) {
    nested = nlohmann::json(nested).dump();
    EXPECT_EQ(WithoutSecret(nested, kSecret).find("cret"), std::string::npos) << nested;
  }
}

TEST(Secret, WithABackslashIsCutOutToo) {
  const std::string secret = R"(s\k\\e)";
  EXPECT_EQ(WithoutSecret("(" + secret + ")", secret), "(***)");
  EXPECT_EQ(WithoutSecret(R"((s\\k\\\\e))", secret), "(***)");
}

TEST(Secret, EverythingElseStays) {
  for (const char* text : {"", "sk/se-cre", "sk/se-crEt", R"(C:\n\u0073ome \)", R"(sk\u002)",
                           "sk\\u002fse-cre", "caf\xC3\xA9 sk"})
    EXPECT_EQ(WithoutSecret(text, kSecret), text);
  EXPECT_EQ(WithoutSecret("anything", ""), "anything");
  EXPECT_EQ(WithoutSecret("sk/sk/se-cretsk/se-cret", kSecret), "sk/******");
}

TEST(Secret, AnswersOfMegabytesTakeNoTime) {
  const std::string text(size_t{4} << 20U, '\\');
  EXPECT_EQ(WithoutSecret(text, kSecret), text);
}

}  // namespace
}  // namespace lerl
