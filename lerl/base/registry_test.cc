#include "lerl/base/registry.h"

#include <gtest/gtest.h>

#include <array>

namespace lerl {
namespace {

struct Row {
  std::string_view name, what;
};
constexpr std::array<Row, 2> kColours{{{"green", "of grass"}, {"yellow", "of the sun"}}};

std::string ErrorOf(std::string_view name) {
  try {
    FindRow(std::span<const Row>(kColours), name, "paint.colour", "colour");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    return error.what();
  }
  return "";
}

TEST(Registry, FindsTheRowOfAName) {
  EXPECT_EQ(FindRow(std::span<const Row>(kColours), "yellow", "", "").what, "of the sun");
}

TEST(Registry, NamesTheNearestOfAMisspelling) {
  EXPECT_EQ(ErrorOf("gren"), "paint.colour: there is no colour 'gren'; did you mean 'green'?");
}

TEST(Registry, NamesAllWhereNoneIsNear) {
  EXPECT_EQ(ErrorOf("transparent"),
            "paint.colour: there is no colour 'transparent'; there are green, yellow");
}

TEST(Registry, ListsTheNamesInTheirOrder) {
  EXPECT_EQ(RowNames(std::span<const Row>(kColours)),
            (std::vector<std::string>{"green", "yellow"}));
}

}  // namespace
}  // namespace lerl
