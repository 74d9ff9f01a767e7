#include "lerl/planner/state_text.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(StateText, ComesBackWithItsZeroBytes) {
  TensorFile file;
  const std::string text("a\0{\"b\": 1}", 11);
  SaveText(file, "x", text);
  SaveText(file, "empty", "");
  EXPECT_EQ(LoadText(file, "x"), text);
  EXPECT_EQ(LoadText(file, "empty"), "");
}

}  // namespace
}  // namespace lerl
