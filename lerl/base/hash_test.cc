#include "lerl/base/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace lerl {
namespace {

std::span<const std::byte> Bytes(const std::string& text) {
  return std::as_bytes(std::span<const char>(text));
}

// XXH3's value of the empty text, as in its specification.
TEST(Hash, IsXxh3) {
  EXPECT_EQ(Hash({}), 0x2d06800538d394c2u);
  EXPECT_EQ(HashText(""), "2d06800538d394c2");
}

TEST(Hash, DiffersBySeedAndByEveryByte) {
  const std::string text(300, 'a');
  EXPECT_NE(Hash(Bytes(text), 1), Hash(Bytes(text), 2));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'b';
    ASSERT_NE(Hash(Bytes(text)), Hash(Bytes(other))) << "byte " << i;
  }
}

TEST(Hash, IsWrittenWithLeadingZeros) { EXPECT_EQ(HexText(0xabc), "0000000000000abc"); }

}  // namespace
}  // namespace lerl
